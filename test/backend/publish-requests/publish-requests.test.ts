import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { answerReview } from '#modules/publish-requests/answer-review.ts'
import { getPublishApproval } from '#modules/publish-requests/get-publish-approval.ts'
import { getReview } from '#modules/publish-requests/get-review.ts'
import { savePublishApproval } from '#modules/publish-requests/save-publish-approval.ts'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import { getPublishedSequence } from '#modules/sequences/get-published-sequence.ts'
import { getSequence } from '#modules/sequences/get-sequence.ts'
import { saveSequence } from '#modules/sequences/save-sequence.ts'
import type { AnswerReview } from '#shared/contract/publish-approval.ts'
import { activityKinds, hasSequence, newKey, person, tools, twoMails } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

/** An account of two admins that wants a second admin's approval, with a draft. */
async function world(admins: readonly string[] = ['ann@example.com', 'ben@example.com']) {
  const portalId = await newPortal(db, clock)
  await inPortal(db, portalId, (trx) =>
    trx
      .insertInto('admins')
      .values(admins.map((email) => ({ portalId, email, addedAt: clock.read(), addedBy: null })))
      .execute(),
  )
  const [ann, ben] = [person(portalId, 'Ann@example.com'), person(portalId, 'ben@example.com', '8')]
  const { id } = await hasSequence(deps, ann, { published: false })
  return {
    ann,
    ben,
    id,
    switches: (needsApproval: boolean) => savePublishApproval(deps, ann, { needsApproval, idempotencyKey: newKey() }),
    publishes: (who = ann) =>
      changeSequenceStatus(deps, who, id, { action: 'publish', idempotencyKey: newKey() }, tools),
    saves: (revision: number) =>
      saveSequence(deps, ann, id, { name: 'Changed', definition: twoMails, revision, idempotencyKey: newKey() }, tools),
    /** About the draft as it is now; `revision`: as it was when somebody looked. */
    answers: async (who: typeof ann, action: AnswerReview['action'], comment?: string, revision?: number) => {
      const seen = revision ?? (await getSequence(deps, who, id, tools)).revision
      const input = { action, revision: seen, ...(comment ? { comment } : {}), idempotencyKey: newKey() }
      return answerReview(deps, who, id, input, tools)
    },
    live: async () => (await inPortal(db, portalId, (trx) => getPublishedSequence(trx, portalId, id)))?.version,
  }
}

test('it is off unless somebody switches it on, and then publishing waits for another admin', async () => {
  const { ann, ben, id, switches, publishes, answers, live } = await world()
  expect(await getPublishApproval(deps, ann)).toEqual({ needsApproval: false, admins: 2 })
  expect(await switches(true)).toEqual({ needsApproval: true, admins: 2 })
  expect(await publishes()).toMatchObject({ status: 'draft', version: null, hasUnpublishedChanges: true })
  expect(await live()).toBeUndefined()
  expect(await getReview(deps, ann, id)).toMatchObject({
    needsApproval: true,
    state: 'waiting',
    submittedBy: 'ann@example.com',
    mayAnswer: false,
  })
  expect(await getReview(deps, ben, id)).toMatchObject({ state: 'waiting', mayAnswer: true })
  await expect(answers(ann, 'approve')).rejects.toThrow(/Another admin must look at it/)
  expect(await answers(ben, 'approve')).toMatchObject({ status: 'active', version: 1 })
  expect(await live()).toBe(1)
  expect(await getReview(deps, ben, id)).toMatchObject({ state: 'none' })
  expect(await activityKinds(db, ann.portalId)).toEqual(
    expect.arrayContaining(['publishing.switched', 'sequence.submitted', 'sequence.published']),
  )
})

test('a returned draft says who and why, and can be submitted anew', async () => {
  const { ann, ben, id, switches, publishes, saves, answers, live } = await world()
  await switches(true)
  await publishes()
  await expect(answers(ben, 'return')).rejects.toMatchObject({ code: 'invalid_input', field: 'comment' })
  await answers(ben, 'return', 'The second mail is too long.')
  expect(await getReview(deps, ann, id)).toMatchObject({
    state: 'returned',
    answeredBy: 'ben@example.com',
    comment: 'The second mail is too long.',
  })
  await saves(1)
  expect(await getReview(deps, ann, id)).toMatchObject({ state: 'none', comment: null })
  await publishes()
  await answers(ben, 'approve')
  expect(await live()).toBe(1)
})

test('what is approved is what was submitted: a draft that was saved since has to be submitted again', async () => {
  const { ann, ben, id, switches, publishes, saves, answers, live } = await world()
  await switches(true)
  await publishes()
  await saves(1)
  await expect(answers(ben, 'approve')).rejects.toThrow(/changed since it was submitted/)
  expect(await live()).toBeUndefined()
  await publishes(ben)
  await publishes(ben)
  expect(await getReview(deps, ann, id)).toMatchObject({
    state: 'waiting',
    submittedBy: 'ben@example.com',
    mayAnswer: true,
  })
  await answers(ben, 'withdraw')
  await expect(answers(ann, 'approve')).rejects.toThrow(/Nothing of this sequence waits/)
})

test('nobody approves a draft that was changed and submitted again behind their back', async () => {
  const { ann, ben, id, switches, publishes, saves, answers, live } = await world()
  await switches(true)
  await publishes()
  const { revision } = await getSequence(deps, ben, id, tools)
  await saves(revision)
  await publishes()
  await expect(answers(ben, 'approve', undefined, revision)).rejects.toThrow(/submitted again since you opened it/)
  await expect(answers(ben, 'return', 'Too long.', revision)).rejects.toMatchObject({ code: 'conflict' })
  expect(await live()).toBeUndefined()
  expect(await getReview(deps, ann, id)).toMatchObject({ state: 'waiting' })
  await answers(ben, 'approve')
  expect(await live()).toBe(1)
})

test('what keeps a draft from being published keeps it from being submitted and approved, too', async () => {
  const { ann, ben, id, switches, publishes, answers, live } = await world()
  await switches(true)
  const store = (definition: unknown) =>
    inPortal(db, ann.portalId, (trx) =>
      trx
        .updateTable('sequences')
        .set({ draft: JSON.stringify(definition) })
        .where('id', '=', id)
        .execute(),
    )
  const wrong = [
    [{ subject: 'Re: our talk' }, /answers nothing/],
    [{ kind: 'set_place', stageId: 'gone', body: undefined, subject: undefined }, /not on the list/],
  ] as const
  for (const [change, sentence] of wrong) {
    const steps = [{ ...twoMails.steps[0], ...change }, ...twoMails.steps.slice(2)]
    await store({ ...twoMails, steps })
    await expect(publishes()).rejects.toThrow(sentence)
    expect(await getReview(deps, ann, id)).toMatchObject({ state: 'none' })
  }
  await store(twoMails)
  await publishes()
  await store({ ...twoMails, steps: [{ ...twoMails.steps[0], subject: 'Re: our talk' }] })
  await expect(answers(ben, 'approve')).rejects.toThrow(/answers nothing/)
  expect(await live()).toBeUndefined()
})

test('with one admin nobody could approve, and that is said plainly', async () => {
  const { switches, publishes } = await world(['ann@example.com'])
  await expect(switches(true)).rejects.toThrow(/only one admin, so nobody could approve/)
  const two = await world()
  await two.switches(true)
  await inPortal(db, two.ann.portalId, (trx) =>
    trx.deleteFrom('admins').where('email', '=', 'ben@example.com').execute(),
  )
  await expect(two.publishes()).rejects.toThrow(/there is only one admin/)
  expect(await publishes()).toMatchObject({ version: 1 })
})

test('two answers at the same time are one', async () => {
  const { ben, switches, publishes, answers } = await world()
  await switches(true)
  await publishes()
  const both = await Promise.allSettled([answers(ben, 'approve'), answers(ben, 'return', 'No.')])
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
})

test('switched off, publishing is publishing again', async () => {
  const { ann, id, switches, publishes, live } = await world()
  await switches(true)
  await publishes()
  await switches(false)
  expect(await publishes()).toMatchObject({ version: 1 })
  expect(await live()).toBe(1)
  expect(await getReview(deps, ann, id)).toMatchObject({ state: 'none', needsApproval: false })
})

test('another portal’s draft is not found', async () => {
  const mine = await world()
  const theirs = await world()
  await theirs.switches(true)
  await theirs.publishes()
  await expect(getReview(deps, mine.ben, theirs.id)).rejects.toMatchObject({ code: 'not_found' })
  const input = { action: 'approve', revision: 1, idempotencyKey: newKey() } as const
  await expect(answerReview(deps, mine.ben, theirs.id, input, tools)).rejects.toMatchObject({ code: 'not_found' })
  expect(await theirs.live()).toBeUndefined()
})
