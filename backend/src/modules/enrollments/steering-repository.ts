import type { Trx } from '#db/database.ts'
import type { PauseReason, StepKind, StepRunStatus } from '#shared/vocabulary.ts'
import type { PlannedStep } from './plan-step.ts'

export interface PositionRun {
  id: string
  kind: StepKind
  status: StepRunStatus
  dueAt: Temporal.Instant
  stepId: string
  why: string
  plannedFor: Temporal.Instant
  /** Of a wait for an event. */
  deadline: Temporal.Instant | null
}

/** The run of the step an enrollment stands at, locked; undefined when none was planned. Later epochs are extra mails. */
export async function lockRunAt(
  trx: Trx,
  portalId: number,
  enrollmentId: string,
  position: number,
): Promise<PositionRun | undefined> {
  return runAt(trx, portalId, enrollmentId, position).forUpdate().executeTakeFirst()
}

/** The run of a step whatever its place, locked; later epochs are extra mails. */
export async function lockRunOfStep(
  trx: Trx,
  portalId: number,
  enrollmentId: string,
  stepId: string,
): Promise<{ id: string; status: StepRunStatus } | undefined> {
  return trx
    .selectFrom('stepRuns')
    .where('portalId', '=', portalId)
    .where('enrollmentId', '=', enrollmentId)
    .where('stepId', '=', stepId)
    .where('epoch', '=', 1)
    .select(['id', 'status'])
    .forUpdate()
    .executeTakeFirst()
}

/** Ids of the steps that an enrollment is through with (`isThrough`). */
export async function listStepsBehind(trx: Trx, portalId: number, enrollmentId: string): Promise<Set<string>> {
  const rows = await trx
    .selectFrom('stepRuns')
    .where('portalId', '=', portalId)
    .where('enrollmentId', '=', enrollmentId)
    .where('status', 'in', ['sent', 'done', 'skipped', 'unconfirmed'])
    .select('stepId')
    .execute()
  return new Set(rows.map(({ stepId }) => stepId))
}

/** The same without the lock: for what only looks. */
export async function findRunAt(
  trx: Trx,
  portalId: number,
  enrollmentId: string,
  position: number,
): Promise<PositionRun | undefined> {
  return runAt(trx, portalId, enrollmentId, position).executeTakeFirst()
}

function runAt(trx: Trx, portalId: number, enrollmentId: string, position: number) {
  return trx
    .selectFrom('stepRuns')
    .where('portalId', '=', portalId)
    .where('enrollmentId', '=', enrollmentId)
    .where('position', '=', position)
    .where('epoch', '=', 1)
    .select(['id', 'kind', 'status', 'dueAt', 'stepId', 'why', 'plannedFor', 'deadline'])
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

/** Ends a wait for an event, whoever has it in hand; undefined when it is over already. */
export async function finishWaitFor(
  trx: Trx,
  portalId: number,
  run: { readonly enrollmentId: string; readonly position: number; readonly why: string },
  now: Temporal.Instant,
): Promise<{ id: string; plannedFor: Temporal.Instant } | undefined> {
  return trx
    .updateTable('stepRuns')
    .set((eb) => ({
      status: 'done',
      took: 'event',
      why: run.why,
      settledAt: now,
      leaseUntil: null,
      claimNo: eb('claimNo', '+', 1),
    }))
    .where('portalId', '=', portalId)
    .where('enrollmentId', '=', run.enrollmentId)
    .where('position', '=', run.position)
    .where('epoch', '=', 1)
    .where('kind', '=', 'wait_for')
    .where('status', 'in', ['scheduled', 'sending', 'held', 'canceled'])
    .returning(['id', 'plannedFor'])
    .executeTakeFirst()
}

/**
 * Plans a run again that a pause took back or put off. The same row and epoch: whatever an earlier try left in its delivery
 * decides whether it may still be sent.
 */
export async function planRunAgain(
  trx: Trx,
  portalId: number,
  id: string,
  planned: Pick<PlannedStep, 'status' | 'dueAt' | 'plannedFor' | 'why' | 'deadline'>,
): Promise<void> {
  const { status, dueAt, plannedFor, why, deadline } = planned
  await trx
    .updateTable('stepRuns')
    // A pause is deliberate: what is planned anew is not late.
    .set({ status, dueAt, deadline, plannedFor, why, attempts: 0, leaseUntil: null, settledAt: null })
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

/** Why a pause is, and when it ends by itself; null: when a person resumes it. */
export interface Pause {
  readonly reason: PauseReason
  readonly until: Temporal.Instant | null
}

/** Sets the status of an enrollment that has not ended; a paused one has its pause and what was left of its wait in milliseconds. */
export async function setRunning(
  trx: Trx,
  portalId: number,
  id: string,
  pause: (Pause & { readonly remaining: number | null }) | null,
  updatedAt: Temporal.Instant,
): Promise<void> {
  await trx
    .updateTable('enrollments')
    .set({
      status: pause ? 'paused' : 'active',
      pausedRemaining: pause?.remaining ?? null,
      pauseReason: pause?.reason ?? null,
      pausedUntil: pause?.until ?? null,
      updatedAt,
    })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .where('status', 'in', ['active', 'paused'])
    .execute()
}

/** Replaces the reason and the end of a pause. */
export async function changePause(
  trx: Trx,
  portalId: number,
  id: string,
  pause: Pause,
  updatedAt: Temporal.Instant,
): Promise<void> {
  await trx
    .updateTable('enrollments')
    .set({ pauseReason: pause.reason, pausedUntil: pause.until, updatedAt })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .where('status', '=', 'paused')
    .execute()
}

/** A person resumed it, knowing what had happened until then. */
export async function noteResumed(trx: Trx, portalId: number, id: string, at: Temporal.Instant): Promise<void> {
  await trx
    .updateTable('enrollments')
    .set({ resumedAt: at })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .execute()
}
