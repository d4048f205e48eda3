import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import type { ActivityKind } from '#modules/activity/kinds.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { advanceEnrollment } from '#modules/enrollments/advance-enrollment.ts'
import { placeAfter } from '#modules/enrollments/place-after.ts'
import { replanStep } from '#modules/enrollments/replan-step.ts'
import { nameOf } from '#modules/limits/name-of.ts'
import { findRestoredAt } from '#modules/restores/find-restored-at.ts'
import type { ResolveStep } from '#shared/contract/enrollment.ts'
import { aboutRun } from './about-run.ts'
import { copyApproval } from './approval-repository.ts'
import { carryPlan } from './carry-plan.ts'
import { dropFrozenMail } from './delivery-repository.ts'
import { OWNER_CHANGED } from './judge-changes.ts'
import {
  acceptOwner,
  changeResting,
  findRun,
  insertResend,
  lockEnrollments,
  type RunEnrollment,
  type RunToResolve,
} from './run-repository.ts'
import { taskDoneOnTimeline } from './task-done-on-timeline.ts'

const ANOTHER_WAY = {
  approval: 'This e-mail waits to be read. Approve it, edit it or skip it.',
  task: 'This step waits for its task in HubSpot. Say that it is done, or skip it.',
} as const

type ResolveDeps = Pick<Deps, 'clock' | 'ids'>

export interface StepToResolve {
  readonly stepRunId: string
  readonly action: ResolveStep['action']
}

/**
 * What a person decides about a step that waits for one: try a held or failed one again, skip it, send an unconfirmed mail
 * once more, or leave that one as it is (also `skip`). Throws `not_found`, or `conflict` with the reason when the step does not wait for that any more.
 */
export function resolveStep(
  deps: ResolveDeps & Pick<Deps, 'db'>,
  portal: PortalContext,
  input: StepToResolve,
): Promise<void> {
  return inPortal(deps.db, portal.portalId, (trx) => resolveStepIn(deps, trx, portal, input))
}

/** The same inside another verb's transaction. */
export async function resolveStepIn(
  deps: ResolveDeps,
  trx: Trx,
  portal: PortalContext,
  input: StepToResolve,
): Promise<void> {
  const found = await findRun(trx, portal.portalId, input.stepRunId)
  if (!found) throw new AppError('not_found', 'There is no such step. Reload the card.')
  const enrollment = (await lockEnrollments(trx, portal.portalId, [found.enrollmentId])).get(found.enrollmentId)
  // Read again under the lock: somebody may have decided a moment ago.
  const run = await findRun(trx, portal.portalId, input.stepRunId)
  if (!run || !enrollment) throw new AppError('not_found', 'There is no such step. Reload the card.')
  const act = { retry: retryStep, resend: resendStep, skip: skipStep, done: finishByHand }[input.action]
  const kind = await act(deps, trx, portal, run, enrollment)
  await recordActivity(deps, trx, portal, {
    kind,
    ...aboutRun(enrollment, run),
    ...(kind === 'task.done' ? { timeline: taskDoneOnTimeline(enrollment, run) } : {}),
  })
}

async function retryStep(
  deps: ResolveDeps,
  trx: Trx,
  portal: PortalContext,
  run: RunToResolve,
  enrollment: RunEnrollment,
): Promise<ActivityKind> {
  refuseUnlessWaiting(run, 'tried again')
  if (run.heldFor === 'approval' || run.heldFor === 'task') throw new AppError('conflict', ANOTHER_WAY[run.heldFor])
  refuseUnlessRunning(run, enrollment)
  const { dueAt, why, deadline } = await planRetry(deps, trx, portal, run)
  // Nobody who tries a fault again is told that the mail is late, or from before a restore: it is asked about at its claim as ever.
  // Any other retry is a person's yes to this mail; one that waits for its window waits on purpose.
  const yes = (await restsSinceBeforeRestore(trx, run)) ? {} : { approvedAt: deps.clock() }
  const approved = run.heldFor === 'fault' ? {} : { ...yes, waitedUntil: dueAt }
  const change = { status: 'scheduled' as const, why, dueAt, deadline, attempts: 0, settledAt: null, heldFor: null }
  if (!(await changeResting(trx, portal.portalId, run.id, run.status, { ...change, ...approved }))) throw overtaken()
  if (run.why.startsWith(OWNER_CHANGED)) await acceptOwner(trx, portal.portalId, run.enrollmentId)
  await dropFrozenMail(trx, portal.portalId, run.id)
  await wakeLane(trx, portal.portalId, 'steps', WHOLE_PORTAL, dueAt)
  return 'step.retried'
}

/**
 * Somebody may have had it sent after the backup was made, and whoever tries it again now was told of something else. Its claim
 * asks; a yes to that question is one.
 */
async function restsSinceBeforeRestore(trx: Trx, run: RunToResolve): Promise<boolean> {
  const restoredAt = await findRestoredAt(trx)
  return restoredAt !== null && Temporal.Instant.compare(run.restsSince, restoredAt) < 0
}

/**
 * When a step that is tried again is due: as if it were reached now, so a wait waits and a mail keeps its sending windows.
 * A mail sent once more goes at once. What failed by an error of ours goes on where it failed: a wait has been waited, and the claim
 * finds the window of a mail once it has judged whether that is late.
 * Throws `conflict` with what is still to be changed when no moment can be named.
 */
async function planRetry(
  deps: ResolveDeps,
  trx: Trx,
  { portalId, actor }: PortalContext,
  run: RunToResolve,
): Promise<{ dueAt: Temporal.Instant; why: string; deadline: Temporal.Instant | null }> {
  const why = `Tried again by ${nameOf(actor)}.`
  const now = deps.clock()
  // What is behind a wait was wanted when that ended, not when somebody tried it again.
  if (run.heldFor === 'fault') return { dueAt: run.kind === 'wait' ? run.dueAt : now, why, deadline: run.deadline }
  const planned = isResend(run) ? undefined : await replanStep(trx, portalId, run.enrollmentId, run.position, now)
  if (!planned) return { dueAt: now, why, deadline: null }
  if (planned.status === 'held') throw new AppError('conflict', planned.why)
  return { dueAt: planned.dueAt, why: `${why} ${planned.why}`, deadline: planned.deadline }
}

async function resendStep(
  deps: ResolveDeps,
  trx: Trx,
  portal: PortalContext,
  run: RunToResolve,
  enrollment: RunEnrollment,
): Promise<ActivityKind> {
  if (run.status !== 'unconfirmed') {
    throw new AppError('conflict', 'Only a mail that nobody can confirm can be sent once more. Reload the card.')
  }
  if (run.latestEpoch > run.epoch) throw new AppError('conflict', 'This mail was sent once more already.')
  if (enrollment.status === 'paused') throw new AppError('conflict', 'The enrollment is paused. Resume it first.')
  if (enrollment.status === 'stopped') {
    throw new AppError('conflict', 'The enrollment was stopped, so nothing more is sent for it.')
  }
  const now = deps.clock()
  const why = `Sent once more by ${nameOf(portal.actor)}, because nobody could confirm the first mail.`
  const id = deps.ids()
  if (!(await insertResend(trx, portal.portalId, run, { id, dueAt: now, why }))) throw overtaken()
  await copyApproval(trx, portal.portalId, run.id, id)
  await wakeLane(trx, portal.portalId, 'steps', WHOLE_PORTAL, now)
  return 'step.resent'
}

async function skipStep(
  deps: ResolveDeps,
  trx: Trx,
  portal: PortalContext,
  run: RunToResolve,
  enrollment: RunEnrollment,
): Promise<ActivityKind> {
  if (run.status === 'unconfirmed') return leaveStep(deps, trx, portal, run)
  refuseUnlessWaiting(run, 'skipped')
  refuseUnlessRunning(run, enrollment)
  const why = `Skipped by ${nameOf(portal.actor)}.`
  const change = { status: 'skipped' as const, why, settledAt: deps.clock(), heldFor: null }
  if (!(await changeResting(trx, portal.portalId, run.id, run.status, change))) throw overtaken()
  // A mail sent once more is an extra: the sequence went on when the first one was settled.
  if (isResend(run)) return 'step.skipped'
  await advanceEnrollment(deps, trx, portal, run.enrollmentId, await placeAfter(trx, portal.portalId, run))
  await carryPlan(trx, portal.portalId, run, deps.clock(), run.kind === 'wait' ? run.dueAt : null)
  return 'step.skipped'
}

/** A person says on the card that the task is done; HubSpot's task stays as it is. */
async function finishByHand(
  deps: ResolveDeps,
  trx: Trx,
  portal: PortalContext,
  run: RunToResolve,
  enrollment: RunEnrollment,
): Promise<ActivityKind> {
  if (run.status !== 'held' || run.heldFor !== 'task') {
    throw new AppError('conflict', 'This step does not wait for a task any more. Reload the card.')
  }
  refuseUnlessRunning(run, enrollment)
  const why = `Done, says ${nameOf(portal.actor)}.`
  const change = { status: 'done' as const, why, settledAt: deps.clock(), heldFor: null }
  if (!(await changeResting(trx, portal.portalId, run.id, run.status, change))) throw overtaken()
  await advanceEnrollment(deps, trx, portal, run.enrollmentId, run.position + 1)
  await carryPlan(trx, portal.portalId, run, deps.clock(), null)
  return 'task.done'
}

/** Ends the question about an unconfirmed mail. Nothing else changes: its sequence went on long ago, or has ended. */
async function leaveStep(deps: ResolveDeps, trx: Trx, portal: PortalContext, run: RunToResolve): Promise<ActivityKind> {
  if (run.latestEpoch > run.epoch) throw new AppError('conflict', 'This mail was sent once more already.')
  const why = `Left as it was by ${nameOf(portal.actor)}: nobody could confirm the mail.`
  const change = { status: 'done' as const, why, settledAt: deps.clock() }
  if (!(await changeResting(trx, portal.portalId, run.id, run.status, change))) throw overtaken()
  return 'step.left'
}

function refuseUnlessWaiting(run: RunToResolve, what: string): void {
  if (run.status === 'held' || run.status === 'failed') return
  throw new AppError('conflict', `This step no longer waits, so it cannot be ${what}. Reload the card.`)
}

function refuseUnlessRunning(run: RunToResolve, enrollment: RunEnrollment): void {
  if (enrollment.status === 'active' || (enrollment.status === 'completed' && isResend(run))) return
  if (enrollment.status === 'paused') throw new AppError('conflict', 'The enrollment is paused. Resume it first.')
  throw new AppError(
    'conflict',
    'The enrollment has ended. Start the sequence again if the contact should get more mails.',
  )
}

function isResend(run: RunToResolve): boolean {
  return run.epoch > run.firstEpoch
}

function overtaken(): AppError {
  return new AppError('conflict', 'Somebody else decided about this step a moment ago. Reload the card.')
}
