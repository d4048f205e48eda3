import { Alert, Input, LoadingButton, Select, Tab, Tabs, Text, Tile } from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import type { PreflightFinding } from '#shared/contract/preflight.ts'
import { SEQUENCE_ID, settings } from './support/fixtures.ts'
import { finding, stepPreview } from './support/go-live-fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

async function openEditor(answers: Parameters<typeof openSettings>[1] = {}, verb = 'Edit') {
  const page = await openSettings('sequences', answers)
  await until(() => page.button(verb))
  page.button(verb).trigger('onClick')
  await until(() => page.find(Input, { name: 'name' }))
  return page
}

const found = (...findings: PreflightFinding[]) => ({
  readPreflight: async () => ({ revision: 7, filledWith: 'Example values', findings }),
})

async function chooseAda(page: Awaited<ReturnType<typeof openEditor>>) {
  page.find(Input, { name: 'sample-search' }).trigger('onInput', 'engine' as never)
  await until(() => expect(page.find(Input, { name: 'sample-search' }).props.value).toBe('engine'))
  page.button('Find deals').trigger('onClick')
  await until(() => page.find(Select, { name: 'sample' }))
  page.find(Select, { name: 'sample' }).trigger('onChange', '9001/501' as never)
  await until(() => expect(page.screen()).toContain('Now with the values of Ada Lovelace, “Engine no. 1”.'))
}

test('the steps come first, and rules, trials and versions have tabs of their own', async () => {
  const page = await openEditor()
  const tabs = page.findAll(Tabs).at(-1)
  expect(tabs?.props).toMatchObject({ defaultSelected: 'steps' })
  const [steps, rules, trial, history] = tabs?.findAll(Tab) ?? []
  expect(steps?.findAll(Tile)).toHaveLength(3)
  expect(rules?.findAll(Select, { name: 'onReply' })).toHaveLength(1)
  await until(() => expect(tabs?.findAll(Tab)).toHaveLength(4))
  expect([trial?.props.title, history?.props.title]).toEqual(['Try it out', 'Versions and file'])
  // What is done with the whole draft, and what keeps it back, is there at every tab.
  expect(tabs?.findAll(LoadingButton).map(wordsOf)).not.toContain('Publish')
  expect(page.hasButton('Publish')).toBe(true)
})

test('a draft with nothing to find says so', async () => {
  const page = await openEditor()
  await until(() => expect(page.screen()).toContain('Nothing was found that should be changed.'))
  expect(page.button('Publish').props.disabled).toBe(false)
})

test('what would make a wrong mail is told first and keeps the draft from being published', async () => {
  const error = finding({ severity: 'error', sentence: 'Step 1: the subject begins with “Re:”.' })
  const page = await openEditor(found(error, finding()))
  await until(() => expect(page.findAll(Alert)).toHaveLength(2))
  expect(page.findAll(Alert).map(({ props }) => [props.title, props.variant])).toEqual([
    ['It cannot be published like this', 'danger'],
    ['Worth a look; it can be published all the same', 'warning'],
  ])
  expect(wordsOf(page.find(Alert))).toBe('Step 1: the subject begins with “Re:”.')
  await until(() => expect(page.button('Publish').props.disabled).toBe(true))
})

test('warnings are shown and passed', async () => {
  const page = await openEditor(found(finding()))
  await until(() => expect(page.find(Alert).props.variant).toBe('warning'))
  expect(page.button('Publish').props.disabled).toBe(false)
})

test('a save has the new draft looked at', async () => {
  const page = await openEditor()
  await until(() => expect(page.api.readPreflight).toHaveBeenCalledOnce())
  page.find(Input, { name: 'subject-one' }).trigger('onInput', 'Welcome aboard' as never)
  await until(() => expect(page.screen()).toContain('This is about the saved draft.'))
  page.button('Save draft').trigger('onClick')
  await until(() => expect(page.api.readPreflight).toHaveBeenCalledTimes(2))
})

test('a contact of a deal fills the checks and the e-mails', async () => {
  const page = await openEditor({ previewStep: async () => stepPreview({ to: 'ada@example.com' }) })
  await chooseAda(page)
  expect(page.api.listSampleDeals).toHaveBeenLastCalledWith({ search: 'engine' })
  const ada = { dealId: '9001', contactId: '501' }
  await until(() => expect(page.api.readPreflight).toHaveBeenLastCalledWith(SEQUENCE_ID, ada))

  page.button('Show the e-mail as it leaves').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Subject: Welcome, Ada'))
  expect(page.api.previewStep).toHaveBeenLastCalledWith(SEQUENCE_ID, { stepId: 'one', ...ada })
  const lines = page.findAll(Text).map((text) => wordsOf(text).replace(/\s+/g, ' '))
  expect(lines).toEqual(
    expect.arrayContaining([
      'From: Acme <sales-1@mail.example.com>',
      'Answers to: boss@acme.example',
      'To: ada@example.com',
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
      'Signed by mail.example.com',
    ]),
  )

  page.find(Select, { name: 'preview-step' }).trigger('onChange', 'two' as never)
  await until(() => expect(page.api.previewStep).toHaveBeenLastCalledWith(SEQUENCE_ID, { stepId: 'two', ...ada }))
})

test('what would hold the e-mail is said above it', async () => {
  const problem = 'No value for contact.company: the mail would be held.'
  const page = await openEditor({ previewStep: async () => stepPreview({ problems: [problem] }) })
  await until(() => page.button('Show the e-mail as it leaves'))
  page.button('Show the e-mail as it leaves').trigger('onClick')
  await until(() => expect(wordsOf(page.find(Alert))).toBe(problem))
})

test('the test mail is sent once, and its outcome told', async () => {
  const page = await openEditor()
  await until(() => page.button('Send this e-mail to me'))
  page.button('Send this e-mail to me').trigger('onClick')
  await until(() => expect(page.screen()).toContain('The mail server took the test mail to boss@acme.example.'))
  const input = { stepId: 'one', idempotencyKey: 'key-00001' }
  expect(page.api.sendTestMail).toHaveBeenCalledExactlyOnceWith(SEQUENCE_ID, input, {})
})

test('a refused test mail says why', async () => {
  const error = new ApiError({ code: 'conflict', message: 'You sent yourself 10 test mails.', happened: 'no' })
  const page = await openEditor({ sendTestMail: vi.fn().mockRejectedValue(error) })
  await until(() => page.button('Send this e-mail to me'))
  page.button('Send this e-mail to me').trigger('onClick')
  await until(() => expect(page.find(Alert).props.title).toBe('The test mail was not sent'))
  expect(page.screen()).toContain('You sent yourself 10 test mails.')
})

test('who may not change a sequence is not offered any of it', async () => {
  const page = await openEditor(
    { readSettings: async () => settings({ access: { mayConfigure: false, admins: [], revision: 0 } }) },
    'View',
  )
  expect(page.hasButton('Send this e-mail to me')).toBe(false)
  expect(page.api.readPreflight).not.toHaveBeenCalled()
})
