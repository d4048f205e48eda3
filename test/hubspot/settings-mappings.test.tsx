import {
  Alert,
  EmptyState,
  Form,
  LoadingButton,
  Modal,
  Select,
  StatusTag,
  TableRow,
  Tabs,
  TextArea,
  Toggle,
} from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import { mappingRow, SEQUENCE_ID } from './support/fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

test('each mapping says in words whether it enrolls anybody', async () => {
  const mappings = [
    mappingRow(),
    mappingRow({ stageId: 'two', active: false }),
    mappingRow({ stageId: 'three', state: 'sequence_not_active' }),
    mappingRow({ stageId: 'four', state: 'stage_deleted' }),
  ]
  const page = await openSettings('mappings', { listMappings: async () => ({ mappings }) })
  await until(() => expect(page.findAll(TableRow)).toHaveLength(5))
  expect(page.findAll(StatusTag).map((tag) => tag.text)).toEqual(['On', 'Off', 'Sequence not active', 'Stage deleted'])
  expect(page.screen()).toContain('HubSpot no longer has this stage')
})

test('without mappings the tab says what to do', async () => {
  const page = await openSettings('mappings', { listMappings: async () => ({ mappings: [] }) })
  await until(() => expect(page.find(EmptyState).props.title).toBe('No stage is mapped yet'))
})

test('adds a mapping: pipeline, then its stage, then the sequence', async () => {
  const page = await openSettings('mappings', { listMappings: async () => ({ mappings: [] }) })
  await until(() => page.button('Add mapping'))
  page.button('Add mapping').trigger('onClick')
  await until(() => expect(page.find(Select, { name: 'pipeline' }).props.value).toBe('default'))
  expect(page.find(Select, { name: 'stage' }).props.options.map((option) => option.label)).toEqual([
    'Appointment',
    'Contract sent',
    'Closed won (closed)',
  ])
  page.find(Form).trigger('onSubmit')
  expect(page.api.saveMapping).not.toHaveBeenCalled()

  page.find(Select, { name: 'stage' }).trigger('onChange', 'contractsent' as never)
  page.find(Select, { name: 'sequence' }).trigger('onChange', SEQUENCE_ID as never)
  await until(() => expect(page.button('Save mapping').props.disabled).toBe(false))
  const form = page.find(Form)
  form.trigger('onSubmit')
  form.trigger('onSubmit')
  await until(() => expect(page.maybeFind(Form)).toBeNull())
  expect(page.api.saveMapping).toHaveBeenCalledExactlyOnceWith({
    pipelineId: 'default',
    stageId: 'contractsent',
    sequenceId: SEQUENCE_ID,
    active: true,
    revision: 0,
    idempotencyKey: 'key-00001',
  })
  await until(() => expect(page.api.listMappings).toHaveBeenCalledTimes(2))
})

test('mapping a stage twice warns that it replaces', async () => {
  const page = await openSettings('mappings')
  await until(() => page.button('Add mapping'))
  page.button('Add mapping').trigger('onClick')
  await until(() => page.find(Select, { name: 'stage' }))
  page.find(Select, { name: 'stage' }).trigger('onChange', 'contractsent' as never)
  await until(() => expect(page.find(Alert).props.title).toBe('This stage is already mapped'))
})

test('edits a mapping whose stage is gone, and keeps its names readable', async () => {
  const gone = mappingRow({ stageId: 'gone', stageLabel: 'Old stage', state: 'stage_deleted' })
  const page = await openSettings('mappings', { listMappings: async () => ({ mappings: [gone] }) })
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => expect(page.find(Select, { name: 'stage' }).props.readOnly).toBe(true))
  expect(page.find(Select, { name: 'stage' }).props.options.at(-1)).toEqual({
    label: 'Old stage (deleted)',
    value: 'gone',
  })

  page.find(Toggle).trigger('onChange', false as never)
  await until(() => expect(page.find(Toggle).props.checked).toBe(false))
  page.find(Form).trigger('onSubmit')
  await until(() => expect(page.api.saveMapping.mock.calls[0]?.[0]).toMatchObject({ stageId: 'gone', active: false }))
})

test('a mapping that was not saved says why and stays open', async () => {
  const refusal = new ApiError({ code: 'conflict', message: 'The sequence was archived.', happened: 'no' })
  const page = await openSettings('mappings', { saveMapping: vi.fn().mockRejectedValue(refusal) })
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Form))
  page.find(Form).trigger('onSubmit')
  await until(() => expect(wordsOf(page.find(Form))).toContain('The sequence was archived.'))
})

test('switches a mapping off without opening it', async () => {
  const page = await openSettings('mappings')
  await until(() => page.button('Switch off'))
  page.button('Switch off').trigger('onClick')
  await until(() => expect(page.api.switchMapping).toHaveBeenCalledOnce())
  // Its sequence and rules are whatever they are by now.
  expect(page.api.switchMapping.mock.calls[0]?.[0]).toEqual({
    pipelineId: 'default',
    stageId: 'contractsent',
    active: false,
    revision: 3,
    idempotencyKey: 'key-00001',
  })
})

test('Remove asks first and says that running enrollments go on', async () => {
  const page = await openSettings('mappings')
  await until(() => page.button('Remove'))
  const dialog = page.find(Modal)
  expect(wordsOf(dialog)).toContain('Contacts already enrolled go on.')
  dialog.find(LoadingButton).trigger('onClick')
  await until(() =>
    expect(page.api.removeMapping).toHaveBeenCalledExactlyOnceWith({
      pipelineId: 'default',
      stageId: 'contractsent',
      revision: 3,
      idempotencyKey: 'key-00001',
    }),
  )
})

test('Refresh pipelines reads them from HubSpot and shows when', async () => {
  const page = await openSettings('mappings')
  await until(() => expect(page.screen()).toContain('Pipelines read from HubSpot Sat 21 Nov, 08:00 (1 hour ago).'))
  page.button('Refresh pipelines').trigger('onClick')
  await until(() => expect(page.api.listPipelines).toHaveBeenCalledTimes(2))
  expect(page.api.refreshPipelines).toHaveBeenCalledOnce()
})

test('what is typed stays when another mapping is switched, and goes when it is about the same one', async () => {
  const mappings = [mappingRow(), mappingRow({ stageId: 'appointment', stageLabel: 'Appointment' })]
  const page = await openSettings('mappings', { listMappings: async () => ({ mappings }) })
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Form))
  page.find(Toggle, { name: 'active' }).trigger('onChange', false as never)
  await until(() => expect(page.find(Toggle, { name: 'active' }).props.checked).toBe(false))

  page.buttons('Switch off')[1]?.trigger('onClick')
  await until(() => expect(page.api.listMappings).toHaveBeenCalledTimes(2))
  expect(page.find(Toggle, { name: 'active' }).props.checked).toBe(false)
  page.button('Switch off').trigger('onClick')
  await until(() => expect(page.maybeFind(Form)).toBeNull())
})

/** The mapping's form is open, its switch changed and not saved. */
async function openWithSwitchedOff() {
  const page = await openSettings('mappings')
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Form))
  page.find(Toggle, { name: 'active' }).trigger('onChange', false as never)
  await until(() => expect(page.find(Toggle, { name: 'active' }).props.checked).toBe(false))
  return page
}

test('leaving with a mapping or places that are not saved asks first', async () => {
  const page = await openWithSwitchedOff()
  page.openTab('events')
  await until(() => page.button('Discard them and open Events'))
  page.button('Keep editing').trigger('onClick')
  expect(page.find(Toggle, { name: 'active' }).props.checked).toBe(false)

  page.button('Cancel').trigger('onClick')
  page.find(TextArea, { name: 'places' }).trigger('onInput', 'Newer' as never)
  await until(() => expect(page.button('Save places').props.disabled).toBe(false))
  page.openTab('events')
  await until(() => page.button('Discard them and open Events'))
  page.button('Discard them and open Events').trigger('onClick')
  await until(() => expect(page.find(Tabs).props.selected).toBe('events'))
})

test('after a save nothing is asked', async () => {
  const page = await openWithSwitchedOff()
  page.find(Form).trigger('onSubmit')
  await until(() => expect(page.maybeFind(Form)).toBeNull())
  page.openTab('events')
  await until(() => expect(page.find(Tabs).props.selected).toBe('events'))
})
