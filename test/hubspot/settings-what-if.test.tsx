import { ErrorState, Input, Select, TextArea } from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import type { SettingsApi } from '../../hubspot-project/app/settings/settings-tools.ts'
import { PIPELINES } from './support/fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { report, scenario, scenarios, whatIf } from './support/what-if-fixtures.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

async function openEditor(answers: Parameters<typeof openSettings>[1] = {}) {
  const page = await openSettings('sequences', answers)
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Input, { name: 'name' }))
  return page
}

test('asks what the draft would have done, waits for the answer and shows it', async () => {
  const answers = [whatIf(), whatIf({ state: 'reading', read: 250, of: 1_200 })]
  const page = await openEditor({
    readWhatIf: async () =>
      answers.shift() ?? whatIf({ state: 'done', askedAt: '2026-11-21T07:59:00Z', report: report() }),
  })
  await until(() => expect(page.button('Ask what would have happened').props.disabled).toBe(false))
  page.button('Ask what would have happened').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Reading the history from HubSpot: 250 of 1200 deals.'))
  expect(page.api.askWhatIf.mock.calls[0]?.[1]).toMatchObject({ startedBy: { kind: 'mappings' } })
  page.clock.fire()
  await until(() =>
    expect(page.screen()).toContain('12 deals entered, 15 contacts would have been enrolled and 31 e-mails sent.'),
  )
  const screen = page.screen()
  expect(screen).toContain('Who would have got what, the first 1 of 31')
  expect(screen).toContain('Ada Lovelace')
  expect(screen).toContain('Step 2: Waits until Friday: 1 mail in 24 hours.')
  expect(screen).toContain('No value for deal.amount.')
  expect(screen).toContain('The deal left the stage')
})

test('a question whose answer was lost is looked for, and asking again later is another question', async () => {
  const lost = new ApiError({ code: 'no_answer', message: 'There was no answer.', happened: 'unknown' })
  const done = whatIf({ state: 'done', askedAt: '2026-11-21T07:59:00Z', report: report() })
  const askWhatIf = vi.fn<SettingsApi['askWhatIf']>().mockRejectedValue(lost)
  const readWhatIf = vi.fn(async () => done).mockResolvedValueOnce(whatIf())
  const page = await openEditor({ askWhatIf, readWhatIf })
  await until(() => expect(page.button('Ask what would have happened').props.disabled).toBe(false))
  page.button('Ask what would have happened').trigger('onClick')
  await until(() => expect(page.screen()).toContain('12 deals entered'))
  page.button('Ask what would have happened').trigger('onClick')
  await until(() => expect(askWhatIf).toHaveBeenCalledTimes(2))
  const keys = askWhatIf.mock.calls.map(([, { idempotencyKey }]) => idempotencyKey)
  expect(keys).toEqual(['key-00001', 'key-00002'])
})

test('a sequence that no stage starts is asked about with a stage', async () => {
  const message = 'No stage starts this sequence yet. Choose the stage that should start it.'
  const page = await openEditor({
    askWhatIf: async (_, { startedBy }) => {
      if (startedBy.kind === 'mappings') throw new ApiError({ code: 'invalid_input', message, happened: 'no' })
      return whatIf({ state: 'waiting' })
    },
  })
  await until(() => page.button('Ask what would have happened'))
  page.button('Ask what would have happened').trigger('onClick')
  await until(() => expect(page.screen()).toContain(message))
  page.find(Select, { name: 'what-if-stage' }).trigger('onChange', '1' as never)
  await until(() => expect(page.find(Select, { name: 'what-if-stage' }).props.value).toBe('1'))
  page.button('Ask what would have happened').trigger('onClick')
  await until(() => expect(page.api.askWhatIf).toHaveBeenCalledTimes(2))
  expect(page.api.askWhatIf.mock.calls[1]?.[1].startedBy).toEqual({
    kind: 'stage',
    pipelineId: 'default',
    stageId: 'contractsent',
  })
})

test('stages that could not be loaded are asked for again', async () => {
  const away = new ApiError({ code: 'http_502', message: 'Stagecue could not be reached.', happened: 'unknown' })
  const listPipelines = vi.fn(async () => PIPELINES).mockRejectedValueOnce(away)
  const page = await openEditor({ listPipelines })
  await until(() => expect(page.find(ErrorState).props.title).toBe('The stages could not be loaded'))
  page.button('Try again').trigger('onClick')
  await until(() => expect(page.find(Select, { name: 'what-if-stage' }).props.options).toHaveLength(4))
})

test('an answer about an older draft, one that was cut and one that failed say so', async () => {
  const cut = report({ dealsRead: 5_000, dealsFound: 7_300 })
  const page = await openEditor({ readWhatIf: async () => whatIf({ state: 'done', outdated: true, report: cut }) })
  await until(() => expect(page.screen()).toContain('The draft was saved since: ask again.'))
  expect(page.screen()).toContain('Only the 5000 deals that changed last were looked at, of 7300.')
  const failed = await openEditor({ readWhatIf: async () => whatIf({ state: 'failed', problem: 'HubSpot refused.' }) })
  await until(() => expect(failed.screen()).toContain('There is no answer: HubSpot refused.'))
})

test('a save makes an answer one about an older draft, and an open file another one', async () => {
  const answer = (outdated: boolean) => whatIf({ state: 'done', outdated, report: report() })
  const readWhatIf = vi.fn(async () => answer(true)).mockResolvedValueOnce(answer(false))
  const page = await openEditor({ readWhatIf })
  page.button('Export as a file').trigger('onClick')
  await until(() => page.find(TextArea, { name: 'sequence-file' }))
  await until(() => expect(page.screen()).toContain('12 deals entered'))
  page.find(Input, { name: 'name' }).trigger('onInput', 'Renamed' as never)
  await until(() => expect(page.button('Save draft').props.disabled).toBe(false))
  page.button('Save draft').trigger('onClick')
  await until(() => expect(page.screen()).toContain('The draft was saved since: ask again.'))
  await until(() => expect(page.api.exportSequence).toHaveBeenCalledTimes(2))
})

test('the usual scenarios are added with one click, and a red one says why it keeps the draft back', async () => {
  const red = scenarios({ scenarios: [scenario('The contact replies to the first mail')], revision: 1 })
  const problem = 'Step 3 is sent at 2027-02-04 10:00, when nothing should be.'
  const answers = [scenarios()]
  const page = await openEditor({
    readScenarios: async () =>
      answers.shift() ?? {
        ...red,
        results: [{ name: red.scenarios[0]?.name ?? '', passed: false, problem, sends: [] }],
      },
  })
  await until(() => page.button('Add the usual scenarios'))
  page.button('Add the usual scenarios').trigger('onClick')
  await until(() => expect(page.screen()).toContain('1 of 1 is red: the draft cannot be published.'))
  expect(page.api.saveScenarios.mock.calls[0]?.[1]).toMatchObject({
    revision: 0,
    scenarios: [{ name: 'The contact replies to the first mail' }, { name: 'The clocks change that week' }],
  })
  expect(page.screen()).toContain(problem)
  page.button('Remove scenario').trigger('onClick')
  await until(() => expect(page.api.removeScenarios).toHaveBeenCalledOnce())
})

test('a scenario of one’s own is written in four fields', async () => {
  const page = await openEditor()
  await until(() => page.button('Write a scenario'))
  page.button('Write a scenario').trigger('onClick')
  await until(() => expect(page.button('Add scenario').props.disabled).toBe(true))
  page.find(Input, { name: 'scenario-name' }).trigger('onInput', 'Lost deals are left alone' as never)
  page.find(Select, { name: 'scenario-happens' }).trigger('onChange', 'leaves_stage' as never)
  await until(() => expect(page.button('Add scenario').props.disabled).toBe(false))
  page.button('Add scenario').trigger('onClick')
  await until(() => expect(page.api.saveScenarios).toHaveBeenCalledOnce())
  expect(page.api.saveScenarios.mock.calls[0]?.[1].scenarios).toMatchObject([
    {
      name: 'Lost deals are left alone',
      happens: [{ kind: 'leaves_stage', afterMail: 1 }],
      expect: { quietDays: 10_000, insideWindows: true },
    },
  ])
})

test('a scenario that was not saved is still there, also after those that somebody else saved are loaded', async () => {
  const message = 'These scenarios were saved by somebody else since you opened them. Load them again.'
  const theirs = scenarios({ scenarios: [scenario('Theirs')], revision: 1 })
  const saveScenarios = vi
    .fn<SettingsApi['saveScenarios']>()
    .mockRejectedValueOnce(new ApiError({ code: 'conflict', message, happened: 'no' }))
    .mockResolvedValue(theirs)
  const readScenarios = vi.fn(async () => theirs).mockResolvedValueOnce(scenarios())
  const page = await openEditor({ readScenarios, saveScenarios })
  await until(() => page.button('Write a scenario'))
  page.button('Write a scenario').trigger('onClick')
  await until(() => page.find(Input, { name: 'scenario-name' }))
  page.find(Input, { name: 'scenario-name' }).trigger('onInput', 'Mine' as never)
  await until(() => expect(page.button('Add scenario').props.disabled).toBe(false))
  page.button('Add scenario').trigger('onClick')
  await until(() => expect(page.screen()).toContain(message))
  expect(page.find(Input, { name: 'scenario-name' }).props.value).toBe('Mine')

  page.button('Load the scenarios again').trigger('onClick')
  await until(() => expect(page.screen()).not.toContain(message))
  expect(page.find(Input, { name: 'scenario-name' }).props.value).toBe('Mine')
  page.button('Add scenario').trigger('onClick')
  await until(() => expect(page.maybeFind(Input, { name: 'scenario-name' })).toBeNull())
  expect(saveScenarios.mock.calls.at(-1)?.[1]).toMatchObject({
    revision: 1,
    scenarios: [{ name: 'Theirs' }, { name: 'Mine' }],
  })
})

test('scenarios are changed again right after a change, also while they cannot be read', async () => {
  const error = new ApiError({ code: 'http_503', message: 'Try again in a minute.', happened: 'no' })
  const readScenarios = vi.fn<SettingsApi['readScenarios']>().mockRejectedValue(error)
  const page = await openEditor({ readScenarios: readScenarios.mockResolvedValueOnce(scenarios()) })
  await until(() => page.button('Add the usual scenarios'))
  page.button('Add the usual scenarios').trigger('onClick')
  await until(() => expect(page.buttons('Remove scenario')).toHaveLength(2))
  await until(() => expect(page.button('Remove scenario').props.disabled).toBe(false))
  page.button('Remove scenario').trigger('onClick')
  await until(() => expect(page.buttons('Remove scenario')).toHaveLength(1))
  expect(page.api.saveScenarios.mock.calls.map(([, { revision }]) => revision)).toEqual([0, 1])
})

test('saving the draft tries the scenarios anew and keeps the one that is being written', async () => {
  const red = scenarios({
    scenarios: [scenario('Theirs')],
    results: [{ name: 'Theirs', passed: false, problem: 'The second e-mail went out.', sends: [] }],
  })
  const readScenarios = vi.fn().mockResolvedValue(red).mockResolvedValueOnce(scenarios())
  const page = await openEditor({ readScenarios })
  await until(() => page.button('Write a scenario'))
  page.button('Write a scenario').trigger('onClick')
  await until(() => page.find(Input, { name: 'scenario-name' }))
  page.find(Input, { name: 'scenario-name' }).trigger('onInput', 'Mine' as never)
  page.find(Input, { name: 'name' }).trigger('onInput', 'Another name' as never)
  await until(() => expect(page.button('Save draft').props.disabled).toBe(false))
  page.button('Save draft').trigger('onClick')
  await until(() => expect(page.screen()).toContain('The second e-mail went out.'))
  expect(readScenarios).toHaveBeenCalledTimes(2)
  expect(page.find(Input, { name: 'scenario-name' }).props.value).toBe('Mine')
})
