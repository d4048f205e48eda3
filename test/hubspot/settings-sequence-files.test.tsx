import { Input, Select, TextArea } from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import { sequence } from './support/fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { PLAN } from './support/version-fixtures.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

async function openImport(answers: Parameters<typeof openSettings>[1] = {}) {
  const page = await openSettings('sequences', answers)
  await until(() => page.button('Import a file'))
  page.button('Import a file').trigger('onClick')
  await until(() => page.find(TextArea, { name: 'import-file' }))
  const paste = (text: string) => page.find(TextArea, { name: 'import-file' }).trigger('onInput', text as never)
  return { ...page, paste }
}

test('an import shows what it would change before it changes anything', async () => {
  const page = await openImport()
  expect(page.button('Show what it would change').props.disabled).toBe(true)
  page.paste('key: a')
  await until(() => expect(page.button('Show what it would change').props.disabled).toBe(false))
  page.button('Show what it would change').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Step 2 added: wait of 2 days'))
  expect(page.api.importSequence).not.toHaveBeenCalled()
  page.button('Replace the draft').trigger('onClick')
  await until(() => page.find(Input, { name: 'name' }))
  expect(page.api.importSequence.mock.calls).toEqual([
    [{ text: 'key: a', revision: 7, scenariosRevision: 2, idempotencyKey: 'key-00002' }],
  ])
})

test('a text that was changed after the look has to be looked at again', async () => {
  const page = await openImport()
  page.paste('key: a')
  await until(() => expect(page.button('Show what it would change').props.disabled).toBe(false))
  page.button('Show what it would change').trigger('onClick')
  await until(() => page.button('Replace the draft'))
  page.paste('key: b')
  await until(() => expect(page.hasButton('Replace the draft')).toBe(false))
})

test('a file that cannot be imported says the line; a new one says that it is new', async () => {
  const refusal = new ApiError({
    code: 'invalid_input',
    message: 'Line 9: “subjekt” is not known here.',
    happened: 'no',
  })
  const checkImport = vi
    .fn()
    .mockRejectedValueOnce(refusal)
    .mockResolvedValue({ ...PLAN, replaces: null, notPublishable: 'Step 1 has no subject.' })
  const page = await openImport({ checkImport })
  page.paste('x')
  await until(() => expect(page.button('Show what it would change').props.disabled).toBe(false))
  page.button('Show what it would change').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Line 9: “subjekt” is not known here.'))
  page.button('Show what it would change').trigger('onClick')
  await until(() => page.button('Create the draft'))
  expect(page.screen()).toContain('A new sequence, “Onboarding”, with these steps:')
  expect(page.screen()).toContain('It can be imported, but not published yet: Step 1 has no subject.')
  page.button('Cancel').trigger('onClick')
  await until(() => expect(page.maybeFind(TextArea)).toBeNull())
})

test('a starter is chosen by its line of business and becomes a draft', async () => {
  const page = await openSettings('sequences')
  await until(() => page.button('Start from…'))
  page.button('Start from…').trigger('onClick')
  await until(() => page.find(Select, { name: 'starter' }))
  const options = page.find(Select, { name: 'starter' }).props.options as { label: string }[]
  expect(options.map(({ label }) => label)).toEqual(['SaaS: Demo follow-up', 'Agency: Kickoff'])
  expect(page.button('Create the draft').props.disabled).toBe(true)
  page.find(Select, { name: 'starter' }).trigger('onChange', 'saas-demo' as never)
  await until(() => expect(page.screen()).toContain('After a demo.'))
  expect(page.screen()).toContain('wait of 3 days')
  page.button('Create the draft').trigger('onClick')
  await until(() => expect(page.find(Input, { name: 'name' }).props.value).toBe('Demo follow-up'))
  expect(page.api.createFromStarter).toHaveBeenCalledExactlyOnceWith({ key: 'saas-demo', idempotencyKey: 'key-00001' })
})

test('the file of a sequence is there to be copied, and says that unsaved changes are not in it', async () => {
  const page = await openSettings('sequences', { readSequence: async () => sequence() })
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.button('Export as a file'))
  expect(page.hasButton('Versions')).toBe(false)
  page.button('Export as a file').trigger('onClick')
  await until(() => page.find(TextArea, { name: 'sequence-file' }))
  expect(page.find(TextArea, { name: 'sequence-file' }).props.value).toContain('format: stagecue-sequence/1')
  expect(page.screen()).toContain('onboarding.yaml')
  expect(page.screen()).not.toContain('your unsaved changes are not in it')
  page.find(Input, { name: 'name' }).trigger('onInput', 'Renamed' as never)
  await until(() => expect(page.screen()).toContain('your unsaved changes are not in it'))
})
