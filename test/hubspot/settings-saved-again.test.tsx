import { Form, NumberInput, Select, TextArea } from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import { mappingRow, SEQUENCE_ID, sequenceRow, settings } from './support/fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { ACCOUNT_SENDER, domainRow, OWNERS, ownerRow, SENDERS, senderRow } from './support/sender-fixtures.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

/** Answers once: what was just saved cannot be read again. */
function onlyOnce<T>(first: T) {
  const error = new ApiError({ code: 'http_503', message: 'Try again in a minute.', happened: 'no' })
  return vi
    .fn<() => Promise<T>>()
    .mockRejectedValue(error)
    .mockImplementationOnce(async () => first)
}

test('a list of admins that was just saved is saved again, also while it cannot be read', async () => {
  const page = await openSettings('overview', { readSettings: onlyOnce(settings()) })
  const save = async (text: string, times: number) => {
    page.find(TextArea).trigger('onInput', text as never)
    await until(() => expect(page.button('Save list').props.disabled).toBe(false))
    page.find(Form).trigger('onSubmit')
    await until(() => expect(page.api.saveAdmins).toHaveBeenCalledTimes(times))
    await until(() => expect(page.button('Save list').props.disabled).toBe(true))
  }
  await save('boss@acme.example\nnew@acme.example', 1)
  await save('boss@acme.example\nops@acme.example', 2)
  expect(page.api.saveAdmins.mock.calls.map(([{ revision }]) => revision)).toEqual([4, 5])
})

test('a cap, a default, a sender and an owner’s sender are changed again right after a change', async () => {
  const senders = (change: Partial<typeof SENDERS>) => ({ ...SENDERS, ...change })
  const moved = { senders: [{ ...ACCOUNT_SENDER, isDefault: false }, senderRow({ isDefault: true })] }
  const page = await openSettings('mail', {
    listSenders: onlyOnce(SENDERS),
    listOwners: onlyOnce(OWNERS),
    saveDomain: async ({ dailyCap }) => senders({ domains: [domainRow({ dailyCap, revision: 4 })] }),
    chooseDefaultSender: async () => senders({ ...moved, defaultRevision: 2 }),
    changeSender: async () => senders({ senders: [ACCOUNT_SENDER, senderRow({ dailyCap: 40, revision: 6 })] }),
    linkOwner: async (_, { link }) => ({
      ...OWNERS,
      owners: [ownerRow({ linkedByHand: true, senderId: link, revision: 1 })],
    }),
  })
  await until(() => page.find(Select, { name: 'owner-71' }))
  for (const [index, cap] of [300, 400].entries()) {
    page.find(NumberInput, { name: 'cap-acme.example' }).trigger('onChange', cap as never)
    await until(() => expect(page.button('Save cap').props.disabled).toBe(false))
    page.button('Save cap').trigger('onClick')
    await until(() => expect(page.api.saveDomain).toHaveBeenCalledTimes(index + 1))
    await until(() => expect(page.button('Save cap').props.disabled).toBe(true))
  }
  expect(page.api.saveDomain.mock.calls.map(([{ revision }]) => revision)).toEqual([3, 4])

  page.button('Make default').trigger('onClick')
  await until(() => expect(page.screen()).toContain('At most 15, rising to 100'))
  await until(() => expect(page.addAlert).toHaveBeenCalledTimes(3))
  page.button('Make default').trigger('onClick')
  await until(() => expect(page.api.chooseDefaultSender).toHaveBeenCalledTimes(2))
  expect(page.api.chooseDefaultSender.mock.calls.map(([, { revision }]) => revision)).toEqual([1, 2])
  await until(() => expect(page.addAlert).toHaveBeenCalledTimes(4))

  page.find(Select, { name: 'owner-71' }).trigger('onChange', 'none' as never)
  await until(() => expect(page.find(Select, { name: 'owner-71' }).props.value).toBe('none'))
  await until(() => expect(page.find(Select, { name: 'owner-71' }).props.readOnly).toBe(false))
  page.find(Select, { name: 'owner-71' }).trigger('onChange', 'match' as never)
  await until(() => expect(page.api.linkOwner).toHaveBeenCalledTimes(2))
  expect(page.api.linkOwner.mock.calls.map(([, { revision }]) => revision)).toEqual([0, 1])

  for (const [index, cap] of [40, 50].entries()) {
    page.buttons('Change')[1]?.trigger('onClick')
    await until(() => page.find(NumberInput, { name: 'mailboxCap' }))
    page.find(NumberInput, { name: 'mailboxCap' }).trigger('onChange', cap as never)
    await until(() => expect(page.button('Save changes').props.disabled).toBe(false))
    page.findAll(Form).at(-1)?.trigger('onSubmit')
    await until(() => expect(page.api.changeSender).toHaveBeenCalledTimes(index + 1))
    await until(() => page.button('New sender'))
  }
  expect(page.api.changeSender.mock.calls.map(([, { revision }]) => revision)).toEqual([5, 6])
})

test('a place that was just added keeps its id when the places are saved again', async () => {
  const page = await openSettings('mappings', {
    listPlaces: onlyOnce({ places: [{ id: 'new', name: 'New' }], revision: 8 }),
  })
  await until(() => page.find(TextArea, { name: 'places' }))
  for (const [index, lines] of ['New\nWon over', 'New\nWon over\nLost'].entries()) {
    page.find(TextArea, { name: 'places' }).trigger('onInput', lines as never)
    await until(() => expect(page.button('Save places').props.disabled).toBe(false))
    page.button('Save places').trigger('onClick')
    await until(() => expect(page.api.savePlaces).toHaveBeenCalledTimes(index + 1))
    await until(() => expect(page.button('Save places').props.disabled).toBe(true))
  }
  const [first, second] = page.api.savePlaces.mock.calls.map(([input]) => input)
  expect([first?.revision, second?.revision]).toEqual([8, 9])
  expect(second?.places.slice(0, 2)).toEqual(first?.places)
})

test('a mapping is switched, changed and removed right after a change', async () => {
  const mine = sequenceRow({ id: '01890000-0000-7000-8000-0000000000fe', name: 'Mine', status: 'paused' })
  const page = await openSettings('mappings', {
    listMappings: onlyOnce({ mappings: [mappingRow()] }),
    listSequences: async () => ({ sequences: [sequenceRow(), mine] }),
  })
  await until(() => page.button('Switch off'))
  page.button('Switch off').trigger('onClick')
  await until(() => page.button('Switch on'))
  page.button('Switch on').trigger('onClick')
  await until(() => page.button('Switch off'))
  expect(page.api.switchMapping.mock.calls.map(([{ active, revision }]) => [active, revision])).toEqual([
    [false, 3],
    [true, 4],
  ])
  for (const [index, id] of [mine.id, SEQUENCE_ID].entries()) {
    page.button('Edit').trigger('onClick')
    await until(() => page.find(Select, { name: 'sequence' }))
    page.find(Select, { name: 'sequence' }).trigger('onChange', id as never)
    await until(() => expect(page.find(Select, { name: 'sequence' }).props.value).toBe(id))
    page.find(Form).trigger('onSubmit')
    await until(() => expect(page.api.saveMapping).toHaveBeenCalledTimes(index + 1))
    await until(() => expect(page.maybeFind(Select, { name: 'sequence' })).toBeNull())
    expect(page.screen().includes('Sequence not active')).toBe(index === 0)
  }
  expect(page.api.saveMapping.mock.calls.map(([{ revision }]) => revision)).toEqual([5, 6])
  page.button('Remove mapping').trigger('onClick')
  await until(() => expect(page.screen()).toContain('No stage is mapped yet'))
  expect(page.api.removeMapping.mock.calls[0]?.[0].revision).toBe(7)
})
