import type { Trx } from '#db/database.ts'
import type { StepRunStatus } from '#shared/vocabulary.ts'

export interface PositionRun {
  id: string
  kind: 'email' | 'wait'
  status: StepRunStatus
  dueAt: Temporal.Instant
}

/** The run of the step an enrollment stands at, locked; undefined when none was planned. Later epochs are extra mails. */
export async function lockRunAt(
  trx: Trx,
  portalId: number,
  enrollmentId: string,
  position: number,
): Promise<PositionRun | undefined> {
  return trx
    .selectFrom('stepRuns')
    .where('portalId', '=', portalId)
    .where('enrollmentId', '=', enrollmentId)
    .where('position', '=', position)
    .select(['id', 'kind', 'status', 'dueAt'])
    .where('epoch', '=', 1)
    .forUpdate()
    .executeTakeFirst()
}

export async function cancelRun(
  trx: Trx,
  portalId: number,
  id: string,
  why: string,
  at: Temporal.Instant,
): Promise<void> {
  await trx
    .updateTable('stepRuns')
    .set({ status: 'canceled', why, settledAt: at })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .execute()
}

/**
 * Plans a run again that a pause took back or put off. The same row and epoch: whatever an earlier try left in its delivery
 * decides whether it may still be sent.
 */
export async function planRunAgain(
  trx: Trx,
  portalId: number,
  id: string,
  dueAt: Temporal.Instant,
  why: string,
): Promise<void> {
  await trx
    .updateTable('stepRuns')
    // A pause is deliberate: what is planned anew is not late.
    .set({ status: 'scheduled', dueAt, plannedFor: dueAt, why, attempts: 0, leaseUntil: null, settledAt: null })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .where('status', 'in', ['canceled', 'scheduled'])
    .execute()
}

/** Makes mails that are sent once more, and waited for the end of the pause, due at `now`; says whether there were any. */
export async function bringExtrasForward(
  trx: Trx,
  portalId: number,
  enrollmentId: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const rows = await trx
    .updateTable('stepRuns')
    .set({ dueAt: now, waitedUntil: now })
    .where('portalId', '=', portalId)
    .where('enrollmentId', '=', enrollmentId)
    .where('epoch', '>', 1)
    .where('status', '=', 'scheduled')
    .returning('id')
    .execute()
  return rows.length > 0
}

/** Sets the status of an enrollment that has not ended, with what was left of its wait in milliseconds. */
export async function setRunning(
  trx: Trx,
  portalId: number,
  id: string,
  status: 'active' | 'paused',
  pausedRemaining: number | null,
  updatedAt: Temporal.Instant,
): Promise<void> {
  await trx
    .updateTable('enrollments')
    .set({ status, pausedRemaining, updatedAt })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .where('status', 'in', ['active', 'paused'])
    .execute()
}
