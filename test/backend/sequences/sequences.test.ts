import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import { createSequence } from '#modules/sequences/create-sequence.ts'
import { getPublishedSequence } from '#modules/sequences/get-published-sequence.ts'
import { getSequence } from '#modules/sequences/get-sequence.ts'
import { listSequences } from '#modules/sequences/list-sequences.ts'
import { saveSequence } from '#modules/sequences/save-sequence.ts'
import { SEQUENCE_PAUSED } from '#modules/steps/decide-before-send.ts'
import type { ChangeSequenceStatus, SequenceDefinition, Step } from '#shared/contract/sequence.ts'
import { EXAMPLE_SEQUENCE } from '#shared/example-sequence.ts'
import {
  activityKinds,
  hasDeal,
  hasEnrollment,
  hasSequence,
  newKey,
  person,
  tools,
  twoMails,
} from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

async function world() {
  const portal = person(await newPortal(db, clock))
  const steer = (id: string, action: ChangeSequenceStatus['action']) =>
    changeSequenceStatus(deps, portal, id, { action, idempotencyKey: newKey() }, tools)
  const published = (id: string) =>
    inPortal(db, portal.portalId, (trx) => getPublishedSequence(trx, portal.portalId, id))
  return { portal, steer, published }
}

const of = (...steps: Step[]): SequenceDefinition => ({ stopWhenStageLeft: true, steps })
const mail = (id: string, subject = 'Hi', body = 'Hello'): Step => ({ id, kind: 'email', subject, body })
const wait = (id: string): Step => ({ id, kind: 'wait', amount: 1, unit: 'days' })

test('a new sequence is a draft that enrolls nobody', async () => {
  const { portal, published } = await world()
  const created = await hasSequence(deps, portal, { name: '  Demo   follow-up ', published: false })
  expect(created).toMatchObject({
    name: 'Demo follow-up',
    status: 'draft',
    version: null,
    revision: 1,
    hasUnpublishedChanges: true,
  })
  expect(created.fields).toEqual(tools.fields)
  expect(await getSequence(deps, portal, created.id, tools)).toEqual(created)
  expect(await published(created.id)).toBeUndefined()
  expect(await activityKinds(db, portal.portalId)).toEqual(['sequence.created'])
})

test('the example can be created and published', async () => {
  const { portal, steer } = await world()
  const input = { ...EXAMPLE_SEQUENCE, idempotencyKey: newKey() }
  const created = await createSequence(deps, portal, input, tools)
  expect(await steer(created.id, 'publish')).toMatchObject({ status: 'active', version: 1 })
})

test('two sequences cannot have the same name, unless one is archived', async () => {
  const { portal, steer } = await world()
  const first = await hasSequence(deps, portal)
  await expect(hasSequence(deps, portal, { name: 'DEMO follow-up' })).rejects.toMatchObject({ code: 'invalid_input' })
  const both = await Promise.allSettled([1, 2].map(() => hasSequence(deps, portal, { name: 'At once' })))
  expect(both.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
  await steer(first.id, 'archive')
  expect(await hasSequence(deps, portal)).toMatchObject({ status: 'active' })
})

test('publishing freezes the draft as the next version', async () => {
  const { portal, steer, published } = await world()
  const first = await hasSequence(deps, portal)
  expect(first).toMatchObject({ status: 'active', version: 1, hasUnpublishedChanges: false })
  const definition = of(mail('one', 'Changed'))
  const save = { name: 'Renamed', definition, revision: first.revision, idempotencyKey: newKey() }
  const saved = await saveSequence(deps, portal, first.id, save, tools)
  expect(saved).toMatchObject({ name: 'Renamed', revision: 2, version: 1, hasUnpublishedChanges: true })
  expect(await published(first.id)).toMatchObject({ version: 1, definition: twoMails })
  await steer(first.id, 'publish')
  expect(await published(first.id)).toMatchObject({ name: 'Renamed', version: 2, definition })
  expect(await steer(first.id, 'publish')).toMatchObject({ version: 2 })
})

test('a save from an older revision is refused', async () => {
  const { portal } = await world()
  const { id, revision } = await hasSequence(deps, portal)
  const save = (name: string) =>
    saveSequence(deps, portal, id, { name, definition: twoMails, revision, idempotencyKey: newKey() }, tools)
  const both = await Promise.allSettled([save('One'), save('Other')])
  expect(both.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(save('Third')).rejects.toMatchObject({ code: 'conflict' })
})

test('what is wrong with a step is said with its number and its place in the input', async () => {
  const { portal } = await world()
  const save = (definition: SequenceDefinition, name = `Name ${newKey()}`) =>
    createSequence(deps, portal, { name, definition, idempotencyKey: newKey() }, tools)
  await expect(save(of(mail('a'), mail('b', 'Hi', '{{ wrong }}')))).rejects.toMatchObject({
    code: 'template_invalid',
    message: 'Step 2: The body uses “wrong”.',
    field: 'definition.steps.1.body',
  })
  const wrongs: [definition: SequenceDefinition, sentence: RegExp, field: string][] = [
    [of(mail('a'), wait('a')), /^Step 2 has the id/, 'definition.steps.1'],
    [of(mail('a', 'Hi', 'nul \0')), /^Step 1: the text/, 'definition.steps.0.body'],
    [of(mail('a', 'half \ud800')), /^Step 1: the subject/, 'definition.steps.0.subject'],
  ]
  for (const [definition, message, field] of wrongs) {
    await expect(save(definition)).rejects.toMatchObject({ message: expect.stringMatching(message), field })
  }
  await expect(save(twoMails, '   ')).rejects.toMatchObject({ code: 'invalid_input', field: 'name' })
})

test.each([
  ['no e-mail', of(wait('a')), /at least one e-mail/, undefined],
  [
    'no subject in the first mail',
    of(wait('a'), mail('b', ' ')),
    /Step 2 has no subject/,
    'definition.steps.1.subject',
  ],
  ['no text', of(mail('a'), mail('b', '', '')), /Step 2 has no text/, 'definition.steps.1.body'],
  ['a wait that nothing follows', of(mail('a'), wait('b')), /Step 2 waits/, 'definition.steps.1'],
])('a draft with %s can be saved but not published', async (_what, definition, sentence, field) => {
  const { portal, steer } = await world()
  const { id } = await hasSequence(deps, portal, { definition, published: false })
  await expect(steer(id, 'publish')).rejects.toMatchObject({ message: expect.stringMatching(sentence), field })
  expect(await getSequence(deps, portal, id, tools)).toMatchObject({ status: 'draft', version: null })
})

test('a later mail may leave its subject empty to continue the conversation', async () => {
  const { portal } = await world()
  const definition = of(mail('a'), mail('b', ''))
  expect(await hasSequence(deps, portal, { definition })).toMatchObject({ version: 1 })
})

test('a paused sequence can be resumed, which wakes its due steps, and publishing leaves it paused', async () => {
  const { portal, steer, published } = await world()
  const { id } = await hasSequence(deps, portal)
  await hasEnrollment(deps, portal, id, await hasDeal(deps, portal.portalId))
  await steer(id, 'pause')
  expect(await steer(id, 'pause')).toMatchObject({ status: 'paused' })
  expect(await published(id)).toMatchObject({ status: 'paused' })
  const save = { name: 'Demo follow-up', definition: of(mail('x')), revision: 1, idempotencyKey: newKey() }
  await saveSequence(deps, portal, id, save, tools)
  expect(await steer(id, 'publish')).toMatchObject({ status: 'paused', version: 2 })
  await inPortal(db, portal.portalId, (trx) =>
    trx
      .updateTable('stepRuns')
      .set({ why: SEQUENCE_PAUSED, dueAt: clock.read().add({ minutes: 5 }) })
      .where('portalId', '=', portal.portalId)
      .execute(),
  )
  await steer(id, 'resume')
  const lanes = await inPortal(db, portal.portalId, (trx) =>
    trx.selectFrom('lanes').where('kind', '=', 'steps').select('dueAt').execute(),
  )
  expect(lanes.map((lane) => lane.dueAt.toString())).toEqual([clock.read().toString()])
  expect(await activityKinds(db, portal.portalId)).toContain('sequence.resumed')
})

test('what somebody else saved meanwhile is not published unread', async () => {
  const { portal, steer, published } = await world()
  const { id } = await hasSequence(deps, portal, { published: false })
  const save = { name: 'Theirs', definition: of(mail('x')), revision: 1, idempotencyKey: newKey() }
  await saveSequence(deps, portal, id, save, tools)
  const publish = (revision: number) =>
    changeSequenceStatus(deps, portal, id, { action: 'publish', revision, idempotencyKey: newKey() }, tools)
  await expect(publish(1)).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/open it again/) })
  expect(await published(id)).toBeUndefined()
  expect(await publish(2)).toMatchObject({ status: 'active', version: 1 })
  // Stopping the mails never waits for reading a draft.
  expect(await steer(id, 'pause')).toMatchObject({ status: 'paused' })
})

test('a draft can neither be paused nor resumed', async () => {
  const { portal, steer } = await world()
  const { id } = await hasSequence(deps, portal, { published: false })
  await expect(steer(id, 'pause')).rejects.toMatchObject({ code: 'conflict' })
  await expect(steer(id, 'resume')).rejects.toMatchObject({ code: 'conflict' })
})

test('a sequence with running enrollments is not archived, and an archived one never changes', async () => {
  const { portal, steer } = await world()
  const { id } = await hasSequence(deps, portal)
  await hasEnrollment(deps, portal, id, await hasDeal(deps, portal.portalId))
  await expect(steer(id, 'archive')).rejects.toThrow(/1 enrollment still runs/)
  expect(await listSequences(deps, portal)).toMatchObject([{ id, activeEnrollments: 1, stepCount: 3, version: 1 }])
  const unused = await hasSequence(deps, portal, { name: 'Unused' })
  await steer(unused.id, 'archive')
  expect(await steer(unused.id, 'archive')).toMatchObject({ status: 'archived' })
  await expect(steer(unused.id, 'publish')).rejects.toMatchObject({ code: 'conflict' })
  expect((await listSequences(deps, portal)).map((row) => row.status)).toEqual(['active', 'archived'])
})

test('another portal’s sequence is not found', async () => {
  const mine = await world()
  const theirs = await world()
  const { id, revision } = await hasSequence(deps, theirs.portal)
  await expect(getSequence(deps, mine.portal, id, tools)).rejects.toMatchObject({ code: 'not_found' })
  for (const action of ['publish', 'pause', 'resume', 'archive'] as const) {
    await expect(mine.steer(id, action)).rejects.toMatchObject({ code: 'not_found' })
  }
  const save = { name: 'Mine', definition: twoMails, revision, idempotencyKey: newKey() }
  await expect(saveSequence(deps, mine.portal, id, save, tools)).rejects.toMatchObject({ code: 'not_found' })
  expect(await mine.published(id)).toBeUndefined()
})
