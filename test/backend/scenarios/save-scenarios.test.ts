import { expect, test } from 'vitest'
import { getScenarios } from '#modules/scenarios/get-scenarios.ts'
import { saveScenarios } from '#modules/scenarios/save-scenarios.ts'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import { saveSequence } from '#modules/sequences/save-sequence.ts'
import { hasSequence, newKey, person, tools, twoMails } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

async function hasDraft() {
  const portal = person(await newPortal(db, clock))
  const sequence = await hasSequence(deps, portal, { published: false })
  const { usual } = await getScenarios(deps, portal, sequence.id)
  return { portal, sequence, usual }
}

test('the usual scenarios are saved and pass, and the draft is published', async () => {
  const { portal, sequence, usual } = await hasDraft()
  const input = { scenarios: usual, revision: 0, idempotencyKey: newKey() }
  const saved = await saveScenarios(deps, portal, sequence.id, input)
  expect(saved.results.map(({ passed }) => passed)).toEqual(usual.map(() => true))
  expect(await saveScenarios(deps, portal, sequence.id, input)).toEqual(saved)
  const publish = { action: 'publish' as const, idempotencyKey: newKey() }
  expect(await changeSequenceStatus(deps, portal, sequence.id, publish, tools)).toMatchObject({ status: 'active' })
})

test('a red scenario keeps the draft from being published until the steps are right again', async () => {
  const { portal, sequence, usual } = await hasDraft()
  await saveScenarios(deps, portal, sequence.id, { scenarios: usual, revision: 0, idempotencyKey: newKey() })
  const longer = [...twoMails.steps, { id: 'three', kind: 'email' as const, subject: 'One more', body: 'Hello' }]
  const draft = { name: sequence.name, definition: { ...twoMails, steps: longer } }
  await saveSequence(deps, portal, sequence.id, { ...draft, revision: 1, idempotencyKey: newKey() }, tools)
  const publish = () =>
    changeSequenceStatus(deps, portal, sequence.id, { action: 'publish', idempotencyKey: newKey() }, tools)
  await expect(publish()).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/^The scenario “Nobody answers: every mail goes out” is red: Step 4 is sent at /),
  })
  await saveSequence(
    deps,
    portal,
    sequence.id,
    { name: sequence.name, definition: twoMails, revision: 2, idempotencyKey: newKey() },
    tools,
  )
  expect(await publish()).toMatchObject({ status: 'active', version: 1 })
})

test('scenarios that somebody else saved meanwhile are not overwritten', async () => {
  const { portal, sequence, usual } = await hasDraft()
  await saveScenarios(deps, portal, sequence.id, { scenarios: usual, revision: 0, idempotencyKey: newKey() })
  const late = { scenarios: [], revision: 0, idempotencyKey: newKey() }
  await expect(saveScenarios(deps, portal, sequence.id, late)).rejects.toMatchObject({ code: 'conflict' })
})

test('names are told apart, and zones and days must exist', async () => {
  const { portal, sequence, usual } = await hasDraft()
  const [one] = usual
  if (!one) throw new Error('there is no usual scenario')
  const save = (...scenarios: typeof usual) =>
    saveScenarios(deps, portal, sequence.id, { scenarios, revision: 0, idempotencyKey: newKey() })
  const wrong = [
    [one, { ...one, name: one.name.toUpperCase() }],
    [{ ...one, given: { ...one.given, timeZone: '+02:00' } }],
    [{ ...one, given: { ...one.given, start: '2027-02-30T10:00' } }],
  ]
  for (const scenarios of wrong) await expect(save(...scenarios)).rejects.toMatchObject({ code: 'invalid_input' })
})
