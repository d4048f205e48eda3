import { describe, expect, test } from 'vitest'
import { checkTemplate } from '#mail/check-template.ts'
import { MERGE_FIELDS } from '#mail/merge-fields.ts'
import { previewMail } from '#mail/preview-mail.ts'
import { checkScenarios } from '#modules/scenarios/check-scenarios.ts'
import { getScenarios } from '#modules/scenarios/get-scenarios.ts'
import { runScenario } from '#modules/scenarios/run-scenario.ts'
import { createFromStarter } from '#modules/sequence-files/create-from-starter.ts'
import { readStarter, STARTERS } from '#modules/sequence-files/starters.ts'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import { saveSequence } from '#modules/sequences/save-sequence.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })
const tools = { check: checkTemplate, preview: previewMail, fields: MERGE_FIELDS }

async function startedFrom(key: string) {
  const portal = person(await newPortal(db, clock))
  const draft = await createFromStarter(deps, portal, { key, idempotencyKey: newKey() }, tools)
  return {
    draft,
    tried: () => getScenarios(deps, portal, draft.id),
    save: (definition: SequenceDefinition) => {
      const input = { name: draft.name, definition, revision: draft.revision, idempotencyKey: newKey() }
      return saveSequence(deps, portal, draft.id, input, tools)
    },
    publish: () => changeSequenceStatus(deps, portal, draft.id, { action: 'publish', idempotencyKey: newKey() }, tools),
  }
}

describe.each(STARTERS)('the scenarios of $key', (starter) => {
  const { definition, scenarios = [] } = readStarter(starter)

  test('are six at least, and all of them pass in the simulation', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(6)
    checkScenarios(scenarios)
    expect(scenarios.map((one) => runScenario(definition, one)).filter(({ passed }) => !passed)).toEqual([])
  })

  test('say when every mail goes out, over a change of the clocks too, and what an answer, an absence and an unsubscribe do', () => {
    const mails = definition.steps.flatMap((step) => (step.kind === 'email' ? [step.id] : []))
    const timed = scenarios.filter(({ happens, expect: { sends = [] } }) => !happens && sends.every(({ at }) => at))
    for (const { expect: wanted } of timed) expect(wanted.sends?.map(({ step }) => step)).toEqual(mails)
    expect(timed.some(({ given, expect: { sends = [] } }) => changesClocks(given, sends.at(-1)?.at))).toBe(true)
    const kinds = scenarios.flatMap(({ happens = [] }) => happens.map(({ kind }) => kind))
    expect(kinds).toEqual(expect.arrayContaining(['replies', 'out_of_office', 'leaves_stage']))
    expect(kinds.some((kind) => ['unsubscribes', 'bounces', 'complains'].includes(kind))).toBe(true)
  })

  test('are kept with the draft that is made from it, and each mail or rule that is changed turns one red', async () => {
    const { tried } = await startedFrom(starter.key)
    expect(await tried()).toMatchObject({ revision: 1, scenarios })
    for (const { id } of definition.steps.filter(({ kind }) => kind === 'email')) {
      const without = { ...definition, steps: definition.steps.filter((step) => step.id !== id) }
      expect(scenarios.some((one) => !runScenario(without, one).passed)).toBe(true)
    }
    const otherRule = { ...definition, stopWhenStageLeft: !definition.stopWhenStageLeft }
    const { calendar: _, ...anyTime } = definition
    for (const changed of [otherRule, anyTime]) {
      expect(scenarios.some((one) => !runScenario(changed, one).passed)).toBe(true)
    }
  })
})

function changesClocks(given: { start: string; timeZone: string }, last = given.start): boolean {
  const [one, other] = [given.start, last].map((at) => Temporal.PlainDateTime.from(at).toZonedDateTime(given.timeZone))
  return one?.offset !== other?.offset
}

test('a starter that no longer stops when the deal leaves the stage is not published, and says why', async () => {
  const { draft, save, tried, publish } = await startedFrom('saas-trial')
  await save({ ...draft.draft, stopWhenStageLeft: false })
  const red = (await tried()).results.filter(({ passed }) => !passed)
  expect(red.map(({ name }) => name)).toEqual([
    'The deal was moved by mistake and moved back within ten minutes. Nobody hears of it',
    'They buy in the second week. Nobody asks whether they will',
  ])
  await expect(publish()).rejects.toMatchObject({
    code: 'conflict',
    message:
      'The scenario “The deal was moved by mistake and moved back within ten minutes. Nobody hears of it” is red: Step 2 is sent at 2027-02-02 10:15, but should not be. 1 more of its scenarios are red. Change the steps or the scenario first.',
  })
})

test('left as it is, it is published', async () => {
  const { publish } = await startedFrom('saas-renewal')
  expect(await publish()).toMatchObject({ status: 'active', version: 1 })
})
