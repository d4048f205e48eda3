import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { advanceEnrollment } from '#modules/enrollments/advance-enrollment.ts'
import { steerEnrollment } from '#modules/enrollments/steer-enrollment.ts'
import type { SteerEnrollment } from '#shared/contract/enrollment.ts'
import type { StepRunStatus } from '#shared/vocabulary.ts'
import { activityKinds, hasDeal, hasEnrollment, hasSequence, newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()

async function world() {
  const clock = new TestClock()
  const deps = makeDeps({ db, clock })
  const portal = person(await newPortal(db, clock))
  const { portalId } = portal
  const sequence = await hasSequence(deps, portal)
  const id = await hasEnrollment(deps, portal, sequence.id, await hasDeal(deps, portalId))
  const steer = (action: SteerEnrollment['action'], idempotencyKey = newKey()) =>
    steerEnrollment(deps, portal, id, { action, idempotencyKey })
  const enrollment = () =>
    inPortal(db, portalId, (trx) =>
      trx
        .selectFrom('enrollments')
        .where('id', '=', id)
        .select(['status', 'stopReason', 'stepPosition', 'pausedRemaining'])
        .executeTakeFirstOrThrow(),
    )
  const runs = () =>
    inPortal(db, portalId, (trx) =>
      trx
        .selectFrom('stepRuns')
        .where('enrollmentId', '=', id)
        .select(['stepId', 'status', 'dueAt', 'why', 'epoch'])
        .orderBy('position')
        .execute(),
    )
  const setRun = (stepId: string, status: StepRunStatus) =>
    inPortal(db, portalId, (trx) =>
      trx.updateTable('stepRuns').set({ status }).where('enrollmentId', '=', id).where('stepId', '=', stepId).execute(),
    )
  /** The step is settled and the enrollment goes on, as the worker does it. */
  const settles = async (stepId: string, status: StepRunStatus, next: number) => {
    await setRun(stepId, status)
    await inPortal(db, portalId, (trx) => advanceEnrollment(deps, trx, portal, id, next))
  }
  return { clock, deps, portal, id, steer, enrollment, runs, setRun, settles }
}

test('a paused e-mail is taken back and due at once when resumed', async () => {
  const { clock, portal, steer, enrollment, runs } = await world()
  await steer('pause')
  expect(await enrollment()).toMatchObject({ status: 'paused', pausedRemaining: null })
  expect(await runs()).toMatchObject([{ stepId: 'one', status: 'canceled', why: 'Paused by a person.' }])
  clock.passes({ hours: 30 })
  await steer('resume')
  expect(await enrollment()).toMatchObject({ status: 'active', pausedRemaining: null })
  expect(await runs()).toMatchObject([{ stepId: 'one', status: 'scheduled', dueAt: clock.read(), epoch: 1 }])
  expect(await activityKinds(db, portal.portalId)).toEqual(
    expect.arrayContaining(['enrollment.paused', 'enrollment.resumed']),
  )
})

test('a paused wait keeps what was left of it', async () => {
  const { clock, steer, enrollment, runs, settles } = await world()
  await settles('one', 'sent', 1)
  clock.passes({ hours: 12 })
  await steer('pause')
  expect(await enrollment()).toMatchObject({ pausedRemaining: 36 * 3_600_000 })
  clock.passes({ hours: 240 })
  await steer('resume')
  const [, wait] = await runs()
  expect(wait).toMatchObject({ stepId: 'pause', status: 'scheduled', dueAt: clock.read().add({ hours: 36 }) })
  expect(wait?.why).toBe(
    "Resumed by a person. Sat 5 Dec 2026, 10:00 (Europe/Berlin, the account's time zone). Waits the remaining 1 day 12 hours.",
  )
})

test('pausing and resuming again and again never adds a run', async () => {
  const { steer, runs } = await world()
  for (let round = 0; round < 3; round++) {
    await steer('pause')
    await steer('resume')
  }
  expect(await runs()).toMatchObject([{ stepId: 'one', status: 'scheduled', epoch: 1 }])
})

test('a mail that was too late to stop counts, and the step after it is planned on resume', async () => {
  const { clock, steer, runs, setRun, settles } = await world()
  await setRun('one', 'sending')
  await steer('pause')
  await expect(steer('resume')).rejects.toMatchObject({ code: 'conflict' })
  await settles('one', 'sent', 1)
  expect(await runs()).toHaveLength(1)
  await steer('resume')
  expect(await runs()).toMatchObject([
    { stepId: 'one', status: 'sent' },
    { stepId: 'pause', status: 'scheduled', dueAt: clock.read().add({ hours: 48 }) },
  ])
})

test('a mail that its gate stopped, and one sent once more, are due at once when resumed', async () => {
  const { clock, deps, portal, id, steer, runs, setRun } = await world()
  const { portalId } = portal
  await setRun('one', 'sending')
  await steer('pause')
  await setRun('one', 'scheduled')
  const later = clock.read().add({ minutes: 5 })
  await inPortal(db, portalId, async (trx) => {
    await trx.updateTable('stepRuns').set({ dueAt: later }).where('enrollmentId', '=', id).execute()
    const extra = { enrollmentId: id, stepId: 'one', position: 0, kind: 'email' as const, status: 'scheduled' as const }
    await trx
      .insertInto('stepRuns')
      .values({
        portalId,
        id: deps.ids(),
        ...extra,
        dueAt: later,
        why: 'Again.',
        epoch: 2,
        leaseUntil: null,
        settledAt: null,
      })
      .execute()
  })
  await steer('resume')
  expect((await runs()).map((run) => run.dueAt.toString())).toEqual([clock.read().toString(), clock.read().toString()])
})

test('an enrollment paused after its last step is complete when resumed', async () => {
  const { steer, enrollment, settles } = await world()
  await settles('one', 'sent', 1)
  await settles('pause', 'done', 2)
  await steer('pause')
  await settles('two', 'sent', 3)
  await steer('resume')
  expect(await enrollment()).toMatchObject({ status: 'completed' })
})

test.each(['held', 'failed', 'unconfirmed'] as const)(
  'a %s step still waits for a person after a pause',
  async (status) => {
    const { steer, runs, setRun } = await world()
    await setRun('one', status)
    await steer('pause')
    await steer('resume')
    expect(await runs()).toMatchObject([{ stepId: 'one', status, epoch: 1 }])
  },
)

test('a stopped enrollment takes its planned step back and stays stopped', async () => {
  const { steer, enrollment, runs, portal } = await world()
  await steer('stop')
  expect(await enrollment()).toMatchObject({ status: 'stopped', stopReason: 'stopped_by_user' })
  expect(await runs()).toMatchObject([{ status: 'canceled' }])
  await steer('stop')
  for (const action of ['pause', 'resume'] as const)
    await expect(steer(action)).rejects.toMatchObject({ code: 'conflict' })
  const kinds = await activityKinds(db, portal.portalId)
  expect(kinds.filter((kind) => kind === 'enrollment.stopped')).toHaveLength(1)
})

test('asking twice is asking once', async () => {
  const { portal, steer } = await world()
  const key = newKey()
  await Promise.all([steer('pause', key), steer('pause', key), steer('pause')])
  const kinds = await activityKinds(db, portal.portalId)
  expect(kinds.filter((kind) => kind === 'enrollment.paused')).toHaveLength(1)
})

test('another portal’s enrollment is not found', async () => {
  const mine = await world()
  const theirs = await world()
  const change = { action: 'stop' as const, idempotencyKey: newKey() }
  await expect(steerEnrollment(mine.deps, mine.portal, theirs.id, change)).rejects.toMatchObject({ code: 'not_found' })
  expect(await theirs.enrollment()).toMatchObject({ status: 'active' })
})
