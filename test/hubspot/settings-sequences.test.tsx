import {
  Accordion,
  Alert,
  Button,
  Input,
  NumberInput,
  Select,
  Tabs,
  TextArea,
  Tile,
  Toggle,
} from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import type { Sequence } from '#shared/contract/sequence.ts'
import type { SettingsApi } from '../../hubspot-project/app/settings/settings-tools.ts'
import { SEQUENCE_ID, sequence, sequenceRow } from './support/fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

/** The editor with the stored three-step sequence. */
async function openEditor(answers: Parameters<typeof openSettings>[1] = {}) {
  const page = await openSettings('sequences', answers)
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Input, { name: 'name' }))
  return page
}
type Page = Awaited<ReturnType<typeof openEditor>>

const titlesOf = (page: Page) => page.findAll(Tile).map((tile) => wordsOf(tile).split(/ (?:Show|Hide|Move)/)[0])
const subject = (page: Page, id: string) => page.find(Input, { name: `subject-${id}` })

test('the list shows status, version and how many run', async () => {
  const page = await openSettings('sequences')
  await until(() => expect(page.screen()).toContain('Version 1'))
  expect(page.screen()).toContain('Follow up on a proposal')
})

test('one click starts from an example of three e-mails that can be published as it is', async () => {
  const page = await openSettings('sequences')
  await until(() => page.button('Start from an example'))
  page.button('Start from an example').trigger('onClick')
  await until(() => expect(page.findAll(Tile)).toHaveLength(5))

  expect(page.findAll(TextArea)).toHaveLength(3)
  expect(page.find(TextArea).props.value).toContain('Hi {{ contact.firstname | default: "there" }},')
  expect(page.screen()).toContain('7 days after enrollment')
  expect(page.button('Publish').props.variant).toBe('primary')
  expect(page.api.createSequence.mock.calls[0]?.[0].definition.steps).toHaveLength(5)
})

test('a new sequence opens with one empty e-mail and says what is missing before publishing', async () => {
  const page = await openSettings('sequences')
  await until(() => page.button('New sequence'))
  page.button('New sequence').trigger('onClick')
  await until(() => expect(wordsOf(page.find(Alert))).toBe('Step 1 has no subject. Step 1 has no text.'))
  expect(page.button('Publish').props.disabled).toBe(true)
})

test('a new sequence whose answer was lost is asked for again as the same one', async () => {
  const lost = new ApiError({ code: 'no_answer', message: 'There was no answer.', happened: 'unknown' })
  const createSequence = vi
    .fn<SettingsApi['createSequence']>()
    .mockRejectedValueOnce(lost)
    .mockResolvedValue(sequence())
  const page = await openSettings('sequences', { createSequence })
  await until(() => page.button('New sequence'))
  page.button('New sequence').trigger('onClick')
  await until(() => expect(page.screen()).toContain('There was no answer.'))
  page.button('New sequence').trigger('onClick')
  await until(() => page.find(Input, { name: 'name' }))
  expect(createSequence.mock.calls[1]).toEqual(createSequence.mock.calls[0])
})

test('a name that is taken gets a number', async () => {
  const names = ['New sequence', 'new sequence 2']
  const page = await openSettings('sequences', {
    listSequences: async () => ({ sequences: names.map((name) => sequenceRow({ id: name, name })) }),
  })
  await until(() => page.button('New sequence'))
  page.button('New sequence').trigger('onClick')
  await until(() => expect(page.api.createSequence).toHaveBeenCalledOnce())
  expect(page.api.createSequence.mock.calls[0]?.[0].name).toBe('New sequence 3')
})

test('a later e-mail may go without a subject, and a wait must lead to an e-mail', async () => {
  const page = await openEditor()
  subject(page, 'two').trigger('onInput', '' as never)
  await until(() => expect(page.button('Save draft').props.disabled).toBe(false))
  expect(page.findAll(Alert)).toEqual([])
  page.button('Add wait').trigger('onClick')
  await until(() => expect(wordsOf(page.find(Alert))).toBe('Step 4 waits, but no e-mail follows it.'))
})

test('merge fields are listed as they are written, with an example', async () => {
  const page = await openEditor()
  expect(page.findAll(Accordion).map(({ props }) => props.title)).toContain('Merge fields you can use (2)')
  expect(page.screen()).toContain('{{ contact.first_name }}')
  expect(page.screen()).toContain('For example: Ada')
})

test('steps are added, moved and removed, and each e-mail says when it is reached', async () => {
  const page = await openEditor()
  expect(titlesOf(page)).toEqual(['Step 1: e-mail, at once', 'Step 2: wait', 'Step 3: e-mail, 2 days after enrollment'])

  page.button('Add wait').trigger('onClick')
  page.button('Add e-mail').trigger('onClick')
  await until(() => expect(titlesOf(page)).toHaveLength(5))
  expect(titlesOf(page).at(-1)).toBe('Step 5: e-mail, 5 days after enrollment')

  const wait = page.findAll(NumberInput).at(0)
  wait?.trigger('onChange', 400 as never)
  await until(() => expect(page.find(NumberInput).props.value).toBe(365))
  page.find(NumberInput).trigger('onChange', 30 as never)
  page.find(Select, { label: 'Unit of step 2' }).trigger('onChange', 'minutes' as never)
  await until(() => expect(titlesOf(page)[2]).toBe('Step 3: e-mail, 30 minutes after enrollment'))

  const press = (tile: number, label: string) =>
    page
      .findAll(Tile)
      [tile]?.find(Button, (node) => wordsOf(node) === label)
      .trigger('onClick')
  press(2, 'Move up')
  await until(() => expect(titlesOf(page)[1]).toBe('Step 2: e-mail, at once'))
  press(2, 'Remove')
  await until(() => expect(titlesOf(page)).toHaveLength(4))
})

test('saving sends the whole draft with its revision, and then it can be published', async () => {
  const page = await openEditor()
  expect(page.button('Save draft').props.disabled).toBe(true)
  expect(page.button('Publish').props.disabled).toBe(false)

  subject(page, 'one').trigger('onInput', 'Welcome aboard' as never)
  page.find(Toggle, { name: 'stopWhenStageLeft' }).trigger('onChange', false as never)
  expect(page.find(Select, { name: 'onReply' }).props.value).toBe('stop_others')
  page.find(Select, { name: 'onReply' }).trigger('onChange', 'go_on' as never)
  expect(page.find(Toggle, { name: 'stopWhenClosed' }).props.checked).toBe(true)
  page.find(Toggle, { name: 'stopWhenClosed' }).trigger('onChange', false as never)
  expect(page.find(Toggle, { name: 'stopOnMeeting' }).props.checked).toBe(true)
  page.find(Toggle, { name: 'stopOnMeeting' }).trigger('onChange', false as never)
  expect(page.find(Select, { name: 'onOwnerChange' }).props.value).toBe('hold')
  page.find(Select, { name: 'onOwnerChange' }).trigger('onChange', 'stop' as never)
  await until(() => expect(page.button('Save draft').props.disabled).toBe(false))
  expect(page.button('Publish').props.disabled).toBe(true)

  page.button('Save draft').trigger('onClick')
  await until(() => expect(page.button('Publish').props.disabled).toBe(false))
  const [id, saved] = page.api.saveSequence.mock.calls[0] ?? []
  expect(id).toBe(SEQUENCE_ID)
  expect(saved).toMatchObject({
    name: 'Onboarding',
    revision: 7,
    definition: {
      stopWhenStageLeft: false,
      stopWhenClosed: false,
      stopOnMeeting: false,
      onReply: 'go_on',
      onOwnerChange: 'stop',
    },
  })
  expect(saved?.definition.steps[0]).toMatchObject({ subject: 'Welcome aboard' })

  page.button('Publish').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Version 1 is published.'))
  expect(page.api.changeSequenceStatus).toHaveBeenCalledExactlyOnceWith(SEQUENCE_ID, {
    action: 'publish',
    revision: 8,
    idempotencyKey: 'key-00002',
  })
  expect(page.hasButton('Publish')).toBe(false)
  expect(page.hasButton('Pause sequence')).toBe(true)
})

test('a save over someone else’s keeps the texts on screen until theirs is wanted', async () => {
  const conflict = new ApiError({ code: 'conflict', message: 'Revision 8 was saved by ops.', happened: 'no' })
  const theirs = sequence({ name: 'Theirs', revision: 8 })
  const readSequence = vi.fn<() => Promise<Sequence>>().mockResolvedValueOnce(sequence()).mockResolvedValue(theirs)
  const page = await openEditor({ readSequence, saveSequence: vi.fn().mockRejectedValue(conflict) })
  subject(page, 'one').trigger('onInput', 'Mine' as never)
  await until(() => expect(page.button('Save draft').props.disabled).toBe(false))
  page.button('Save draft').trigger('onClick')
  await until(() =>
    expect(page.find(Alert).props.title).toBe('Someone else saved this sequence while you were editing'),
  )
  expect(subject(page, 'one').props.value).toBe('Mine')

  page.button('Discard mine and load theirs').trigger('onClick')
  await until(() => expect(page.find(Input, { name: 'name' }).props.value).toBe('Theirs'))
  expect(page.maybeFind(Alert)).toBeNull()
})

test('what someone else saved meanwhile comes with a change of status, and is never overwritten by it', async () => {
  const theirs = { name: 'Theirs', revision: 8, status: 'paused', version: 1 } as const
  const changeSequenceStatus = async () => sequence(theirs)
  const stored = { readSequence: async () => sequence({ status: 'active', version: 1 }), changeSequenceStatus }
  const idle = await openEditor(stored)
  idle.button('Pause sequence').trigger('onClick')
  await until(() => expect(idle.find(Input, { name: 'name' }).props.value).toBe('Theirs'))
  expect(idle.button('Save draft').props.disabled).toBe(true)

  const conflict = new ApiError({ code: 'conflict', message: 'Revision 8 was saved by ops.', happened: 'no' })
  const page = await openEditor({ ...stored, saveSequence: vi.fn().mockRejectedValue(conflict) })
  subject(page, 'one').trigger('onInput', 'Mine' as never)
  await until(() => expect(page.button('Save draft').props.disabled).toBe(false))
  page.button('Pause sequence').trigger('onClick')
  await until(() => page.button('Resume sequence'))
  expect(subject(page, 'one').props.value).toBe('Mine')
  page.button('Save draft').trigger('onClick')
  await until(() => page.button('Discard mine and load theirs'))
  expect(page.api.saveSequence.mock.calls[0]?.[1]).toMatchObject({ name: 'Onboarding', revision: 7 })
})

test('a refusal about one step is shown at its field', async () => {
  const refusal = new ApiError({
    code: 'invalid_input',
    message: 'There is no merge field “contact.frist_name”.',
    happened: 'no',
    field: 'definition.steps.2.body',
  })
  const page = await openEditor({ saveSequence: vi.fn().mockRejectedValue(refusal) })
  subject(page, 'two').trigger('onInput', 'Hello {{ contact.frist_name }}' as never)
  await until(() => expect(page.button('Save draft').props.disabled).toBe(false))
  page.button('Save draft').trigger('onClick')
  await until(() => expect(page.find(TextArea, { name: 'body-two' }).props.validationMessage).toBe(refusal.message))
  expect(page.find(TextArea, { name: 'body-one' }).props.validationMessage).toBe('')
})

test('leaving with unsaved changes asks first, for the list and for another tab', async () => {
  const page = await openEditor()
  subject(page, 'one').trigger('onInput', 'Changed' as never)
  await until(() => expect(page.button('Save draft').props.disabled).toBe(false))

  page.button('Back to all sequences').trigger('onClick')
  await until(() => expect(page.find(Alert).props.title).toBe('You have unsaved changes'))
  page.button('Keep editing').trigger('onClick')
  await until(() => expect(page.maybeFind(Alert)).toBeNull())

  page.openTab('mail')
  await until(() => expect(page.hasButton('Discard them and open Mail')).toBe(true))
  expect(page.find(Tabs).props.selected).toBe('sequences')
  expect(subject(page, 'one').props.value).toBe('Changed')

  page.button('Discard them and open Mail').trigger('onClick')
  await until(() => expect(page.find(Tabs).props.selected).toBe('mail'))
  expect(page.maybeFind(Alert)).toBeNull()
})

test('without changes nothing is asked', async () => {
  const page = await openEditor()
  page.button('Back to all sequences').trigger('onClick')
  await until(() => expect(page.hasButton('New sequence')).toBe(true))
})

test('the preview follows the text after a pause in typing and names what would hold the e-mail', async () => {
  const previewMail = vi.fn(async ({ subject, body }: { subject: string; body: string }) => ({
    subject: `Preview of ${subject}`,
    text: `${body}\n\nUnsubscribe`,
    problems: subject.includes('{{') ? ['The merge field deal.amount is empty for this deal.'] : [],
  }))
  const page = await openEditor({ previewMail })
  page.button('Show preview').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Preview of Welcome'))

  subject(page, 'one').trigger('onInput', 'Offer' as never)
  await until(() => expect(page.clock.waits()).toEqual([600]))
  subject(page, 'one').trigger('onInput', 'Offer over {{ deal.amount }}' as never)
  await until(() => expect(subject(page, 'one').props.value).toContain('deal.amount'))
  expect(previewMail).toHaveBeenCalledOnce()
  expect(page.screen()).toContain('Preview of Welcome')

  page.clock.fire()
  await until(() => expect(page.find(Alert).props.title).toBe('This e-mail would not go out like this'))
  expect(wordsOf(page.find(Alert))).toBe('The merge field deal.amount is empty for this deal.')
  expect(previewMail).toHaveBeenCalledTimes(2)
})

test('archiving asks first', async () => {
  const page = await openEditor()
  expect(page.button('Archive').props.variant).toBe('secondary')
  page.button('Archive sequence').trigger('onClick')
  await until(() => expect(page.api.changeSequenceStatus.mock.calls[0]?.[1].action).toBe('archive'))
  expect(page.closeOverlay).toHaveBeenCalledWith(`archive-${SEQUENCE_ID}`)
})
