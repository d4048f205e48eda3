import { Alert, Form, Input, MultiSelect, NumberInput, Select, Toggle } from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import { mappingRow, SEQUENCE_ID } from './support/fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

/** Opens the form of the only mapping with its rules shown. */
async function openRules(answers: Parameters<typeof openSettings>[1] = {}) {
  const page = await openSettings('mappings', answers)
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Toggle, { name: 'advanced' }))
  page.find(Toggle, { name: 'advanced' }).trigger('onChange', true as never)
  return page
}

test('rules are hidden until asked for, and rules nobody touched are not sent', async () => {
  const page = await openSettings('mappings')
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Form))
  expect(page.maybeFind(NumberInput)).toBeNull()
  expect(page.api.listMappingChoices).not.toHaveBeenCalled()
  page.find(Form).trigger('onSubmit')
  await until(() => expect(page.api.saveMapping).toHaveBeenCalledOnce())
  expect(page.api.saveMapping.mock.calls[0]?.[0]).not.toHaveProperty('policy')
})

test('time in the stage, movement, re-entry and large changes are saved as rules', async () => {
  const page = await openRules()
  await until(() => page.find(NumberInput, { name: 'dwell' }))
  page.find(NumberInput, { name: 'dwell' }).trigger('onChange', 15 as never)
  page.find(Select, { name: 'back' }).trigger('onChange', 'nobody' as never)
  page.find(Select, { name: 'again' }).trigger('onChange', 'once' as never)
  page.find(Toggle, { name: 'exclusive' }).trigger('onChange', true as never)
  page.find(Toggle, { name: 'bulk' }).trigger('onChange', true as never)
  await until(() => page.find(NumberInput, { name: 'bulk-entries' }))
  page.find(NumberInput, { name: 'bulk-entries' }).trigger('onChange', 20 as never)
  await until(() => expect(page.find(NumberInput, { name: 'bulk-entries' }).props.value).toBe(20))
  page.find(Form).trigger('onSubmit')
  await until(() => expect(page.api.saveMapping).toHaveBeenCalledOnce())
  expect(page.api.saveMapping.mock.calls[0]?.[0].policy).toEqual({
    ...DEFAULT_POLICY,
    dwellMinutes: 15,
    movingBack: 'nobody',
    reEntry: 'once',
    exclusive: true,
    bulkLimit: { entries: 20, minutes: 10 },
  })
})

test('a label is chosen from HubSpot’s', async () => {
  const page = await openRules()
  await until(() => page.find(Select, { name: 'target' }))
  page.find(Select, { name: 'target' }).trigger('onChange', 'labels' as never)
  await until(() => expect(page.find(MultiSelect).props.value).toEqual(['USER_DEFINED 36']))
  page.find(MultiSelect).trigger('onChange', [] as never)
  await until(() => expect(page.find(Alert).props.title).toBe('The rules are not complete'))
  expect(page.button('Save mapping').props.disabled).toBe(true)
})

test('a branch begins with a condition, and its type decides how it may be compared', async () => {
  const page = await openRules()
  await until(() => page.button('Add branch'))
  page.button('Add branch').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Branch “Branch 1”: give every condition a value.'))
  expect(page.find(Select, { name: 'operator-1-1' }).props.options.map(({ label }) => label)).toContain('is at least')
  page.find(Select, { name: 'operator-1-1' }).trigger('onChange', 'at_least' as never)
  page.find(Input, { name: 'value-1-1' }).trigger('onChange', '1000' as never)
  await until(() => expect(page.button('Save mapping').props.disabled).toBe(false))
  page.find(Form).trigger('onSubmit')
  await until(() => expect(page.api.saveMapping).toHaveBeenCalledOnce())
  const amount = { subject: 'deal', property: 'amount', type: 'number', operator: 'at_least', value: '1000' }
  expect(page.api.saveMapping.mock.calls[0]?.[0].policy?.branches).toEqual([
    { name: 'Branch 1', when: { match: 'all', items: [amount] }, sequenceId: SEQUENCE_ID },
  ])
})

test('a choice is chosen, not typed; “has no value” asks for no value; a branch can lead to nobody and be removed', async () => {
  const page = await openRules()
  await until(() => page.button('Add branch'))
  page.button('Add branch').trigger('onClick')
  await until(() => page.find(Select, { name: 'property-1-1' }))
  page.find(Select, { name: 'property-1-1' }).trigger('onChange', 'deal dealtype' as never)
  await until(() => expect(page.find(Select, { name: 'value-1-1' }).props.value).toBe('newbusiness'))
  page.find(Select, { name: 'operator-1-1' }).trigger('onChange', 'is_unknown' as never)
  await until(() => expect(page.maybeFind(Select, { name: 'value-1-1' })).toBeNull())
  page.find(Select, { name: 'sequence-1' }).trigger('onChange', 'nobody' as never)
  await until(() => expect(page.find(Select, { name: 'sequence-1' }).props.value).toBe('nobody'))
  page.button('Remove branch').trigger('onClick')
  await until(() => expect(page.maybeFind(Select, { name: 'sequence-1' })).toBeNull())
})

test('properties that cannot be read are said, and asked for again', async () => {
  const refusal = new ApiError({ code: 'hubspot_unavailable', message: 'HubSpot does not answer.', happened: 'no' })
  const page = await openRules({ listMappingChoices: vi.fn().mockRejectedValue(refusal) })
  await until(() => expect(page.screen()).toContain('HubSpot does not answer.'))
})

test('a stored policy is shown as it is', async () => {
  const policy = { ...DEFAULT_POLICY, dwellMinutes: 30, coolDownDays: 7 }
  const page = await openRules({ listMappings: async () => ({ mappings: [mappingRow({ policy })] }) })
  await until(() => expect(page.find(NumberInput, { name: 'dwell' }).props.value).toBe(30))
  expect(page.find(NumberInput, { name: 'cool-down' }).props.value).toBe(7)
})

const approval = {
  ...{ id: '01890000-0000-7000-8000-000000000009', pipelineLabel: 'Sales', stageLabel: 'Contract sent' },
  ...{ by: 'import 12', deals: 500, contacts: 734 },
  ...{ firstEnteredAt: '2026-11-21T07:00:00Z', lastEnteredAt: '2026-11-21T07:10:00Z' },
}

test('a large change says who and how many, and is approved with the number that was seen', async () => {
  const page = await openSettings('mappings', { listApprovals: async () => ({ approvals: [approval] }) })
  await until(() => page.button('Approve 500 deals'))
  expect(page.screen()).toContain('Moved by import 12')
  expect(page.screen()).toContain('734 contacts')
  page.button('Approve 500 deals').trigger('onClick')
  await until(() =>
    expect(page.api.answerApproval).toHaveBeenCalledExactlyOnceWith(approval.id, {
      action: 'approve',
      deals: 500,
      idempotencyKey: 'key-00001',
    }),
  )
  await until(() => expect(page.api.listApprovals).toHaveBeenCalledTimes(2))
})

test('a large change that grew, after an approval that was lost, is looked at and approved as it is now', async () => {
  const lost = new ApiError({ code: 'no_answer', message: 'There was no answer.', happened: 'unknown' })
  const listApprovals = vi.fn().mockResolvedValueOnce({ approvals: [approval] })
  listApprovals.mockResolvedValue({ approvals: [{ ...approval, deals: 512 }] })
  const answerApproval = vi.fn().mockRejectedValueOnce(lost).mockResolvedValue({ done: true })
  const page = await openSettings('mappings', { listApprovals, answerApproval })
  await until(() => page.button('Approve 500 deals'))
  page.button('Approve 500 deals').trigger('onClick')
  await until(() => page.button('Approve 512 deals'))
  page.button('Approve 512 deals').trigger('onClick')
  await until(() => expect(answerApproval).toHaveBeenCalledTimes(2))
  const sent = answerApproval.mock.calls.map(([, { deals, idempotencyKey }]) => [deals, idempotencyKey])
  expect(sent).toEqual([
    [500, 'key-00001'],
    [512, 'key-00002'],
  ])
})

test('a stage that is mapped already shows the rules that will go on to hold', async () => {
  const stored = mappingRow({ policy: { ...DEFAULT_POLICY, dwellMinutes: 45 } })
  const page = await openSettings('mappings', { listMappings: async () => ({ mappings: [stored] }) })
  await until(() => page.button('Add mapping'))
  page.button('Add mapping').trigger('onClick')
  await until(() => page.find(Select, { name: 'stage' }))
  page.find(Toggle, { name: 'advanced' }).trigger('onChange', true as never)
  await until(() => expect(page.find(NumberInput, { name: 'dwell' }).props.value).toBe(0))
  page.find(Select, { name: 'stage' }).trigger('onChange', stored.stageId as never)
  await until(() => expect(page.find(NumberInput, { name: 'dwell' }).props.value).toBe(45))
  expect(page.screen()).toContain('Its rules stay unless you change them.')
})
