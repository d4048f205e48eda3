import { expect, test } from 'vitest'
import { getScenarios } from '#modules/scenarios/get-scenarios.ts'
import { saveScenarios } from '#modules/scenarios/save-scenarios.ts'
import { usualScenarios } from '#modules/scenarios/usual-scenarios.ts'
import { checkImport } from '#modules/sequence-files/check-import.ts'
import { exportSequence } from '#modules/sequence-files/export-sequence.ts'
import { importSequence } from '#modules/sequence-files/import-sequence.ts'
import type { Scenario } from '#shared/contract/scenario.ts'
import type { ImportSequence } from '#shared/contract/sequence-file.ts'
import { activityKinds, hasSequence, newKey, person, tools, twoMails } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })
const usual = usualScenarios(twoMails)

async function world() {
  const portal = person(await newPortal(db, clock))
  return {
    portal,
    exports: (id: string, version?: string) => exportSequence(deps, portal, id, version ? { version } : {}),
    checks: (text: string) => checkImport(deps, portal, { text }, tools),
    imports: (input: Omit<ImportSequence, 'idempotencyKey'>) =>
      importSequence(deps, portal, { ...input, idempotencyKey: newKey() }, tools),
    scenarios: (id: string) => getScenarios(deps, portal, id),
    saves: (id: string, scenarios: Scenario[], revision = 0) =>
      saveScenarios(deps, portal, id, { scenarios, revision, idempotencyKey: newKey() }),
  }
}

test('a draft goes out with its scenarios, a version without; in another account they come in with the draft', async () => {
  const here = await world()
  const there = await world()
  const { id } = await hasSequence(deps, here.portal)
  await here.saves(id, usual)
  const { text } = await here.exports(id)
  expect(text).toContain('\n\nscenarios:\n  - name: "Nobody answers: every mail goes out"\n')
  expect((await here.exports(id, '1')).text).not.toContain('\nscenarios:')
  expect(await here.checks(text)).toMatchObject({ lines: [], replaces: { revision: 1, scenariosRevision: 1 } })

  const plan = await there.checks(text)
  expect(plan).toMatchObject({ replaces: null, notPublishable: null })
  expect(plan.lines.slice(3).map((line) => line.text)).toEqual(usual.map(({ name }) => `Scenario added: “${name}”`))
  const first = await there.imports({ text })
  expect(await there.scenarios(first.id)).toMatchObject({ revision: 1, scenarios: usual })
  expect((await there.exports(first.id)).text).toBe(text)
  // The same file once more changes none of them, and says so.
  await there.imports({ text, revision: 1, scenariosRevision: 1 })
  expect(await there.scenarios(first.id)).toMatchObject({ revision: 1 })
  expect((await activityKinds(db, there.portal.portalId)).filter((kind) => kind === 'scenarios.saved')).toHaveLength(1)
})

test('the differences are shown before they are stored', async () => {
  const { portal, exports, checks, imports, scenarios, saves } = await world()
  const { id } = await hasSequence(deps, portal)
  const [one, two, three] = usual
  if (!one || !two || !three) throw new Error('there are no usual scenarios')
  await saves(id, [one, two])
  const { text } = await exports(id)
  const later = { ...one, given: { ...one.given, start: '2027-02-03T10:00' } }
  await saves(id, [three, later], 1)
  const plan = await checks(text)
  expect(plan.lines).toEqual([
    {
      kind: 'changed',
      text: `Scenario “${one.name}” changed`,
      details: ['given start: “2027-02-03T10:00” → “2027-02-02T10:00”'],
    },
    { kind: 'added', text: `Scenario added: “${two.name}”`, details: [] },
    { kind: 'removed', text: `Scenario removed: “${three.name}”`, details: [] },
  ])
  // Saved by somebody after the first file was written and before it came back.
  await expect(imports({ text, revision: 1, scenariosRevision: 1 })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('Look at them again.'),
  })
  expect((await scenarios(id)).scenarios).toEqual([three, later])
  await imports({ text, revision: 1, scenariosRevision: 2 })
  expect(await scenarios(id)).toMatchObject({ revision: 3, scenarios: [one, two] })
  await saves(id, [two, one], 3)
  expect((await checks(text)).lines).toEqual([{ kind: 'moved', text: 'Scenarios: in another order', details: [] }])
})

test('a file without scenarios leaves those of the draft alone, one with an empty list takes them away', async () => {
  const { portal, exports, checks, imports, scenarios, saves } = await world()
  const { id } = await hasSequence(deps, portal)
  const { text } = await exports(id)
  expect(text).not.toContain('\nscenarios:')
  await saves(id, usual)
  expect(await checks(text)).toMatchObject({ lines: [] })
  await imports({ text: text.replace('amount: 2', 'amount: 3'), revision: 1 })
  expect(await scenarios(id)).toMatchObject({ revision: 1, scenarios: usual })
  const empty = `${text}scenarios: []\n`
  expect((await checks(empty)).lines.filter(({ kind }) => kind === 'removed')).toHaveLength(usual.length)
  await imports({ text: empty, revision: 2, scenariosRevision: 1 })
  expect(await scenarios(id)).toMatchObject({ revision: 2, scenarios: [] })
})

test('red ones are told before the import, whether they come with the file or are there already', async () => {
  const { portal, exports, checks, imports, saves } = await world()
  const { id } = await hasSequence(deps, portal)
  await saves(id, usual)
  const { text } = await exports(id)
  const longer = text.replace(
    '\n\nscenarios:',
    '\n  - id: three\n    kind: email\n    subject: Hey\n    body: Hi\n\nscenarios:',
  )
  const red = expect.stringMatching(/^The scenario “Nobody answers: every mail goes out” is red: Step 4 is sent at /)
  expect(await checks(longer)).toMatchObject({ notPublishable: red })
  expect(await checks(longer.split('\nscenarios:')[0] ?? '')).toMatchObject({ notPublishable: red })
  expect(await checks(longer.replace(/^key: .*$/m, 'key: another'))).toMatchObject({
    replaces: null,
    notPublishable: red,
  })
  expect(await imports({ text: longer, revision: 1, scenariosRevision: 1 })).toMatchObject({ revision: 2 })
})

test.each([
  [
    'a kind there is not',
    ['kind: replies', 'kind: answers'],
    /^Line \d+: “kind” must be one of “replies”, .*“close_date_moves”\./,
  ],
  [
    'a field of another kind',
    ['kind: replies', 'kind: replies\n        days: 3'],
    /^Line \d+: “days” is not known here/,
  ],
  [
    'an absence without an end',
    ['kind: out_of_office\n', 'kind: out_of_office\n        daze: 1\n'],
    /“daze” is not known here/,
  ],
  [
    'a day there is not',
    ['2027-02-02T10:00', '2027-02-30T10:00'],
    /^Line \d+: Scenario “Nobody .*” begins on a day that does not exist/,
  ],
  [
    'a zone there is not',
    ['Europe/Berlin', 'Europe/Nowhere'],
    /^Line \d+: Scenario .* “Europe\/Nowhere” is no time zone/,
  ],
  [
    'a name twice',
    ['The first mail bounces', 'The contact replies to the first mail'],
    /^Line \d+: Give scenario 4 a name that no other one has/,
  ],
])('refused with its line: %s', async (_what, [from, to], sentence) => {
  const { portal, exports, checks, saves } = await world()
  const { id } = await hasSequence(deps, portal)
  await saves(id, usual)
  const { text } = await exports(id)
  expect(text).toContain(from)
  const wrong = text.replace(from ?? '', to ?? '')
  await expect(checks(wrong)).rejects.toMatchObject({ code: 'invalid_input', field: 'text' })
  await expect(checks(wrong)).rejects.toThrow(sentence)
})
