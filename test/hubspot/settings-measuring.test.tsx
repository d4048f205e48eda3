import { NumberInput, Toggle } from '@hubspot/ui-extensions'
import { expect, test, vi } from 'vitest'
import { sequence } from './support/fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

async function openEditor(answers: Parameters<typeof openSettings>[1] = {}) {
  const page = await openSettings('sequences', answers)
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Toggle, { name: 'trackClicks' }))
  return page
}

test('nothing is measured until somebody switches it on, and the page says what that means for people', async () => {
  const page = await openEditor()
  expect(page.find(Toggle, { name: 'trackClicks' }).props.checked).toBe(false)
  expect(page.find(Toggle, { name: 'trackOpens' }).props.checked).toBe(false)
  expect(page.find(NumberInput, { name: 'holdOutPercent' }).props.value).toBe(0)
  expect(page.screen()).toContain('In many countries it needs that person’s consent')
})

test('clicks, opens and the share that gets no e-mails are saved with the draft', async () => {
  const page = await openEditor()
  page.find(Toggle, { name: 'trackClicks' }).trigger('onChange', true as never)
  page.find(NumberInput, { name: 'holdOutPercent' }).trigger('onChange', 10 as never)
  await until(() => expect(page.button('Save draft').props.disabled).toBe(false))
  page.button('Save draft').trigger('onClick')
  await until(() => expect(page.api.saveSequence).toHaveBeenCalledOnce())
  expect(page.api.saveSequence.mock.calls[0]?.[1].definition).toMatchObject({
    tracking: { clicks: true, opens: false },
    holdOutPercent: 10,
  })
})

test('a share that cannot be is said before it is saved', async () => {
  const page = await openEditor()
  page.find(NumberInput, { name: 'holdOutPercent' }).trigger('onChange', 80 as never)
  await until(() => expect(page.screen()).toContain('must be a whole number from 0 to 50'))
})

test('switched on and off again is no change', async () => {
  const page = await openEditor({ readSequence: async () => sequence({ status: 'active', version: 1 }) })
  page.find(Toggle, { name: 'trackOpens' }).trigger('onChange', true as never)
  await until(() => expect(page.button('Save draft').props.disabled).toBe(false))
  page.find(Toggle, { name: 'trackOpens' }).trigger('onChange', false as never)
  await until(() => expect(page.button('Save draft').props.disabled).toBe(true))
})
