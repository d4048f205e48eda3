import type { Trx } from '#db/database.ts'
import type { StepRunStatus } from '#shared/vocabulary.ts'

export interface PositionRun {
  id: string
  kind: 'email' | 'wait'
  status: StepRunStatus
  dueAt: Temporal.Instant
}

/** The run of the step an enrollment stands at, locked; of several epochs the last. Undefined when none was planned. */
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
    .orderBy('epoch', 'desc')
    .limit(1)
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
 * Plans a canceled run again, as a new epoch of the same row: what an earlier epoch left (a canceled delivery) is never
 * taken for this one's.
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
    .set((eb) => ({
      status: 'scheduled',
      dueAt,
      why,
      epoch: eb('epoch', '+', 1),
      attempts: 0,
      leaseUntil: null,
      settledAt: null,
    }))
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .where('status', '=', 'canceled')
    .execute()
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
