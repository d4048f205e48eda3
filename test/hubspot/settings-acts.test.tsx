import { Alert, Input, MultiSelect, Select, TextArea, Toggle } from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import { placesOf } from '../../hubspot-project/app/settings/place-lines.ts'
import type { SettingsApi } from '../../hubspot-project/app/settings/settings-tools.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

async function openEditor(answers: Parameters<typeof openSettings>[1] = {}) {
  const page = await openSettings('sequences', answers)
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Input, { name: 'name' }))
  return page
}
type Page = Awaited<ReturnType<typeof openEditor>>

const savedSteps = async (page: Page) => {
  page.button('Save draft').trigger('onClick')
  await until(() => expect(page.api.saveSequence).toHaveBeenCalled())
  return page.api.saveSequence.mock.calls[0]?.[1].definition.steps ?? []
}

test('an e-mail can be read by a person first', async () => {
  const page = await openEditor()
  const read = () => page.find(Toggle, { label: 'A person reads step 1 before it goes' })
  expect(read().props.checked).toBe(false)
  read().trigger('onChange', true as never)
  await until(() => expect(read().props.checked).toBe(true))
  expect((await savedSteps(page))[0]).toMatchObject({ kind: 'email', approval: 'before_send' })
})

test('a task is written with its kind, time limit and what then', async () => {
  const page = await openEditor()
  page.button('Add task').trigger('onClick')
  await until(() => expect(wordsOf(page.find(Alert))).toBe('Step 4 does not say what is to be done.'))
  page.find(Select, { label: 'Kind of task in step 4' }).trigger('onChange', 'linkedin' as never)
  page.find(Input, { label: 'Task of step 4' }).trigger('onInput', 'Write to {{ contact.firstname }}' as never)
  page.find(Toggle, { label: 'Do not wait for it for ever (step 4)' }).trigger('onChange', true as never)
  await until(() => page.find(Select, { label: 'When step 4 is not done in time' }))
  page.find(Select, { label: 'When step 4 is not done in time' }).trigger('onChange', 'stop' as never)
  await until(() => expect(page.findAll(Alert)).toEqual([]))
  expect((await savedSteps(page)).at(-1)).toMatchObject({
    kind: 'task',
    taskType: 'linkedin',
    subject: 'Write to {{ contact.firstname }}',
    timeout: { amount: 2, unit: 'days' },
    onTimeout: 'stop',
  })
})

test('a property and a place are named', async () => {
  const page = await openEditor()
  page.button('Add property change').trigger('onClick')
  page.button('Add move to a place').trigger('onClick')
  await until(() => expect(wordsOf(page.find(Alert))).toBe('Step 4 names no property. Step 5 names no place.'))
  page.find(Input, { label: 'Property of step 4' }).trigger('onInput', 'hs lead-status' as never)
  page.find(Input, { label: 'Value of step 4' }).trigger('onInput', 'OPEN' as never)
  await until(() => page.find(Select, { label: 'Place of step 5' }))
  page.find(Select, { label: 'Place of step 5' }).trigger('onChange', 'new' as never)
  await until(() => expect(page.findAll(Alert)).toEqual([]))
  expect((await savedSteps(page)).slice(-2)).toMatchObject([
    { kind: 'set_property', object: 'deal', property: 'hsleadstatus', value: 'OPEN' },
    { kind: 'set_place', stageId: 'new' },
  ])
})

test('places are a list of lines that is saved in its order', async () => {
  const page = await openSettings('mappings')
  await until(() => expect(page.find(TextArea, { name: 'places' }).props.value).toBe('New'))
  page.find(TextArea, { name: 'places' }).trigger('onInput', 'New\nIn conversation' as never)
  await until(() => expect(page.button('Save places').props.disabled).toBe(false))
  page.button('Save places').trigger('onClick')
  await until(() => expect(page.api.savePlaces).toHaveBeenCalledOnce())
  expect(page.api.savePlaces.mock.calls[0]?.[0].places).toMatchObject([
    { id: 'new', name: 'New' },
    { name: 'In conversation' },
  ])
})

test('a list whose answer was lost is sent again as the same list, so that it is saved once', async () => {
  const savePlaces = vi
    .fn<SettingsApi['savePlaces']>()
    .mockRejectedValueOnce(new ApiError({ code: 'no_answer', message: 'There was no answer.', happened: 'unknown' }))
    .mockImplementation(async ({ places }) => ({ places, revision: 9 }))
  const page = await openSettings('mappings', { savePlaces })
  await until(() => page.find(TextArea, { name: 'places' }))
  page.find(TextArea, { name: 'places' }).trigger('onInput', 'New\nIn conversation' as never)
  await until(() => expect(page.button('Save places').props.disabled).toBe(false))
  page.button('Save places').trigger('onClick')
  await until(() => expect(page.screen()).toContain('There was no answer.'))
  page.button('Save places').trigger('onClick')
  await until(() => expect(savePlaces).toHaveBeenCalledTimes(2))
  expect(savePlaces.mock.calls[1]).toEqual(savePlaces.mock.calls[0])
})

test('HubSpot’s stages lead to a place', async () => {
  const page = await openSettings('mappings')
  await until(() => page.find(MultiSelect, { name: 'place-stages-new' }))
  const chosen = JSON.stringify(['default', 'contractsent'])
  page.find(MultiSelect, { name: 'place-stages-new' }).trigger('onChange', [chosen] as never)
  await until(() => expect(page.button('Save places').props.disabled).toBe(false))
  page.button('Save places').trigger('onClick')
  await until(() => expect(page.api.savePlaces).toHaveBeenCalledOnce())
  expect(page.api.savePlaces.mock.calls[0]?.[0].places).toEqual([
    { id: 'new', name: 'New', stages: [{ pipelineId: 'default', stageId: 'contractsent' }] },
  ])
})

test('a place keeps its id when it is moved or renamed, and a new line is a new place', () => {
  const before = [
    { id: 'a', name: 'New' },
    { id: 'b', name: 'Won over' },
  ]
  let made = 0
  const makeId = () => `made-${++made}`
  expect(placesOf('Won over\nNew', before, makeId).map(({ id }) => id)).toEqual(['b', 'a'])
  expect(placesOf('Fresh\nWon over\n', before, makeId)).toEqual([{ id: 'a', name: 'Fresh' }, before[1]])
  expect(placesOf('New\n\n In  between \nWon over', before, makeId)).toEqual([
    before[0],
    { id: 'made-1', name: 'In between' },
    before[1],
  ])
})
