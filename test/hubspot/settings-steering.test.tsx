import { Alert, Button, Input, NumberInput, Select, TextArea, Tile } from '@hubspot/ui-extensions'
import { expect, test, vi } from 'vitest'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

/** The editor with the stored three-step sequence: e-mail, wait, e-mail. */
async function openEditor() {
  const page = await openSettings('sequences')
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Input, { name: 'name' }))
  const select = (label: string) => page.find(Select, { label })
  const choose = (label: string, value: string) => select(label).trigger('onChange', value as never)
  const press = (tile: number, label: string) =>
    page
      .findAll(Tile)
      [tile]?.find(Button, (node) => wordsOf(node) === label)
      .trigger('onClick')
  const saved = async () => {
    page.button('Save draft').trigger('onClick')
    await until(() => expect(page.api.saveSequence).toHaveBeenCalledOnce())
    return page.api.saveSequence.mock.calls[0]?.[1].definition.steps ?? []
  }
  return { ...page, select, choose, press, saved }
}

const problems = (page: Awaited<ReturnType<typeof openEditor>>) => page.findAll(Alert).map(wordsOf).join(' ')

test('a branch has cases with conditions, each leading to a later step', async () => {
  const page = await openEditor()
  page.button('Add branch').trigger('onClick')
  await until(() => page.select('Step 4: when no case applies, go on with'))
  expect(problems(page)).toContain('Step 4 decides how it goes on, but nothing follows it.')
  page.button('Add e-mail').trigger('onClick')
  page.button('Add end').trigger('onClick')
  await until(() => expect(page.findAll(Tile)).toHaveLength(6))
  await until(() => page.select('Comparison of condition 1 of case 1 of step 4'))
  expect(page.api.listMappingChoices).toHaveBeenCalledOnce()

  page.find(Input, { label: 'Name of case 1 of step 4' }).trigger('onInput', 'Large deals' as never)
  page.choose('Comparison of condition 1 of case 1 of step 4', 'more_than')
  const end = page.select('Case 1 of step 4 goes on with').props.options?.find(({ label }) => label === 'Step 6: end')
  page.choose('Case 1 of step 4 goes on with', String(end?.value))
  page.press(3, 'Add condition')
  await until(() => page.select('What condition 2 of case 1 of step 4 is about'))
  page.choose('What condition 2 of case 1 of step 4 is about', 'label')
  await until(() => page.select('Label of condition 2 of case 1 of step 4'))
  const step = (await page.saved())[3]
  expect(step).toMatchObject({
    kind: 'branch',
    otherwise: 'next',
    arms: [
      {
        name: 'Large deals',
        leadsTo: end?.value,
        when: {
          match: 'all',
          items: [
            { subject: 'deal', property: 'amount', operator: 'more_than', value: '1000' },
            { subject: 'label', operator: 'has', label: { typeId: 36, label: 'Champion' } },
          ],
        },
      },
    ],
  })
})

test('no two fields of the editor are called the same, however many conditions there are', async () => {
  const page = await openEditor()
  for (const label of ['Add branch', 'Add branch', 'Add wait for an event', 'Add property change']) {
    page.button(label).trigger('onClick')
  }
  await until(() => page.select('Event of step 6'))
  page.choose('Event of step 6', 'property')
  for (const step of [3, 4]) page.press(step, 'Add condition')
  page.press(3, 'Add case')
  await until(() => page.select('Property of condition 2 of case 1 of step 5'))
  await until(() => page.select('Property of step 6'))
  const fields = [...page.findAll(Input), ...page.findAll(Select), ...page.findAll(NumberInput)]
  const labels = fields.map(({ props }) => String(props.label))
  expect(labels).toContain('Value of condition 1 of case 2 of step 4')
  expect(labels.filter((label, place) => labels.indexOf(label) !== place)).toEqual([])
})

test('a wait for an event names the event, the limit and both ways', async () => {
  const page = await openEditor()
  page.button('Add wait for an event').trigger('onClick')
  page.button('Add e-mail').trigger('onClick')
  await until(() => page.select('Event of step 4'))
  expect(page.select('Event of step 4').props.description).toBe(
    'The reply does not end the sequence while this step waits for it.',
  )
  expect(page.api.listMappingChoices).not.toHaveBeenCalled()
  page.find(NumberInput, { label: 'At most, in step 4' }).trigger('onChange', 5 as never)
  page.choose('Unit of the limit in step 4', 'business_days')
  page.choose('Step 4: when it does not, go on with', 'end')
  page.choose('Event of step 4', 'property')
  await until(() => page.select('Property of step 4'))
  expect((await page.saved())[3]).toMatchObject({
    kind: 'wait_for',
    event: 'property',
    condition: { subject: 'deal', property: 'amount', operator: 'at_least', value: '1000' },
    timeout: { amount: 5, unit: 'business_days' },
    onEvent: 'next',
    onTimeout: 'end',
  })
})

test('what led to a removed step goes on with the next one, and a step that no way leads to is told of', async () => {
  const page = await openEditor()
  page.button('Add jump').trigger('onClick')
  page.button('Add e-mail').trigger('onClick')
  page.button('Add end').trigger('onClick')
  await until(() => expect(page.findAll(Tile)).toHaveLength(6))
  const end = page.select('Step 4 goes on with').props.options?.find(({ label }) => label === 'Step 6: end')
  page.choose('Step 4 goes on with', String(end?.value))
  await until(() => expect(problems(page)).toContain('Step 5 is never reached.'))
  page.press(5, 'Remove')
  await until(() => expect(page.findAll(Tile)).toHaveLength(5))
  expect(page.select('Step 4 goes on with').props.value).toBe('next')
  expect(problems(page)).not.toContain('never reached')
})

test('a mail is tried in variants, and with one left it is a plain mail again', async () => {
  const page = await openEditor()
  page.press(0, 'Test another variant')
  await until(() => page.find(Input, { label: 'Subject of variant B of step 1' }))
  expect(problems(page)).toContain('Step 1 has no text.')
  page.find(Input, { label: 'Subject of variant A of step 1' }).trigger('onInput', 'First' as never)
  page.find(TextArea, { label: 'Text of variant B of step 1' }).trigger('onInput', 'Another text' as never)
  page.press(0, 'Add variant')
  await until(() => page.find(Input, { label: 'Subject of variant C of step 1' }))
  page.press(0, 'Remove variant C')
  await until(() => expect(page.findAll(TextArea, { label: 'Text of variant C of step 1' })).toEqual([]))
  page.press(0, 'Remove variant A')
  await until(() => page.find(TextArea, { label: 'Text of step 1' }))
  const [step] = await page.saved()
  expect(step).toMatchObject({ kind: 'email', body: 'Another text' })
  expect(step).not.toHaveProperty('variants')
})

test('a step is called by the first variant there is, also after the first was removed', async () => {
  const page = await openEditor()
  page.press(0, 'Test another variant')
  await until(() => page.find(Input, { label: 'Subject of variant B of step 1' }))
  page.find(Input, { label: 'Subject of variant B of step 1' }).trigger('onInput', 'Second' as never)
  page.press(0, 'Add variant')
  await until(() => page.find(Input, { label: 'Subject of variant C of step 1' }))
  page.press(0, 'Remove variant A')
  await until(() => expect(page.findAll(Input, { label: 'Subject of variant C of step 1' })).toEqual([]))
  const [step] = await page.saved()
  expect(step).toMatchObject({ subject: 'Second', variants: [{ subject: 'Second' }, {}] })
})
