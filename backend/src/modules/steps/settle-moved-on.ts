import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { advanceEnrollment } from '#modules/enrollments/advance-enrollment.ts'
import type { StepTarget } from '#shared/contract/step-base.ts'
import { resolveTarget } from '#shared/step-flow.ts'
import { carryPlan } from './carry-plan.ts'
import type { ClaimedRun } from './claim-repository.ts'
import { ENROLLMENT_ENDED, takenBackBy } from './decide-before-send.ts'
import { changeRun, type RunEnrollment, selectStepIds } from './run-repository.ts'

/** A step that is no mail is done, and the enrollment goes on from it. */
export interface MovedOn {
  readonly kind: 'moved_on'
  readonly leadsTo: StepTarget
  /** What was done or which way was taken, and why: it stays with the run. Absent: the sentence of its planning stays. */
  readonly why?: string
  /** The same for the history, in a few words and without values of records. Absent: the history says nothing. */
  readonly told?: string
  /** Of a fork: which way it went, see `StepRunsTable`. */
  readonly took?: string
  /**
   * When the sequence wanted what follows: a mail that comes too late after it waits for a person. `now` for what an event
   * begins. Absent: when this step itself was wanted.
   */
  readonly wantedAt?: Temporal.Instant | 'now'
  /** It changed something outside, which stays true although somebody paused or stopped the enrollment meanwhile. */
  readonly happened?: true
}

/** Writes that a step is done and plans the one it leads to. False when the claim is gone. */
export async function settleMovedOn(
  deps: Deps,
  trx: Trx,
  portal: PortalContext,
  enrollment: RunEnrollment,
  run: ClaimedRun,
  outcome: MovedOn,
): Promise<boolean> {
  const now = deps.clock()
  if (enrollment.status !== 'active' && !outcome.happened) {
    const why = enrollment.status === 'paused' ? takenBackBy(enrollment.pauseReason) : ENROLLMENT_ENDED
    return changeRun(trx, portal.portalId, run, { status: 'canceled', why, settledAt: now })
  }
  const position = await placeOf(trx, portal.portalId, run, outcome.leadsTo)
  if (position === undefined) {
    const why = 'The step this one leads to is missing from its sequence version. Skip it.'
    if (!(await changeRun(trx, portal.portalId, run, { status: 'held', why }))) return false
    await record(deps, trx, portal, enrollment, run, { kind: 'step.held' })
    return true
  }
  const { why, took } = outcome
  const said = { ...(why === undefined ? {} : { why }), ...(took === undefined ? {} : { took }) }
  const change = { status: 'done' as const, settledAt: now, ...said }
  if (!(await changeRun(trx, portal.portalId, run, change))) return false
  if (outcome.told !== undefined) {
    await record(deps, trx, portal, enrollment, run, { kind: 'step.steered', reason: outcome.told })
  }
  await advanceEnrollment(deps, trx, portal, run.enrollmentId, position, whyComplete(enrollment, run, outcome))
  await carryPlan(trx, portal.portalId, run, now, wantedAfter(run, outcome))
  return true
}

/** The place a target names; undefined when the version has no such later step. */
async function placeOf(
  trx: Trx,
  portalId: number,
  run: Pick<ClaimedRun, 'enrollmentId' | 'position'>,
  target: StepTarget,
): Promise<number | undefined> {
  if (target === 'next') return run.position + 1
  return resolveTarget(await selectStepIds(trx, portalId, run.enrollmentId), run.position, target)
}

/** Behind the last step nothing needs saying, unless it is an end with its reason: the sequence is complete. */
function whyComplete(enrollment: RunEnrollment, run: ClaimedRun, { leadsTo, why }: MovedOn): string | undefined {
  const isEarly = run.kind === 'exit' || run.position + 1 < enrollment.stepCount
  return leadsTo === 'end' && isEarly ? why : undefined
}

/** Behind a wait its end counts. What a person let go or a pause kept back is not late by that. */
function wantedAfter(run: ClaimedRun, { wantedAt }: MovedOn): Temporal.Instant | null {
  if (run.kind === 'wait') return run.dueAt
  if (wantedAt === 'now' || run.approvedAt) return null
  const wanted = wantedAt ?? run.plannedFor
  const { waitedUntil } = run
  return waitedUntil && Temporal.Instant.compare(waitedUntil, wanted) > 0 ? waitedUntil : wanted
}

async function record(
  deps: Deps,
  trx: Trx,
  portal: PortalContext,
  enrollment: RunEnrollment,
  run: ClaimedRun,
  said: { readonly kind: 'step.steered' | 'step.held'; readonly reason?: string },
): Promise<void> {
  const { sequenceName: sequence, stepCount: steps } = enrollment
  await recordActivity(deps, trx, portal, {
    kind: said.kind,
    dealId: enrollment.dealId,
    contactId: enrollment.hubspotContactId,
    enrollmentId: enrollment.id,
    subjectId: run.id,
    data: { sequence, step: run.position + 1, steps, ...(said.reason === undefined ? {} : { reason: said.reason }) },
  })
}
