import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { HeldFor } from '#db/tables.ts'
import type { Deps } from '#deps'
import { normalizeAddress } from '#mail/address.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { advanceEnrollment } from '#modules/enrollments/advance-enrollment.ts'
import { endEnrollments } from '#modules/enrollments/end-enrollments.ts'
import { pauseRunning } from '#modules/enrollments/pause-running.ts'
import { queueMailRecords } from '#modules/hubspot-mail/queue-mail-records.ts'
import { applyKnownReply } from '#modules/inbound/apply-known-reply.ts'
import { noteBounces } from '#modules/limits/note-bounces.ts'
import { suppressAddress } from '#modules/suppressions/suppress-address.ts'
import { type PauseReason, STOP_REASON, type StopReason } from '#shared/vocabulary.ts'
import { aboutRun } from './about-run.ts'
import { carryPlan } from './carry-plan.ts'
import type { ClaimedRun } from './claim-repository.ts'
import { ENROLLMENT_ENDED, takenBackBy } from './decide-before-send.ts'
import { closeDelivery, dropFrozenMail } from './delivery-repository.ts'
import { hasEnded } from './has-ended.ts'
import { changeRun, listRepliedWith, lockEnrollments, type RunEnrollment } from './run-repository.ts'
import { type MovedOn, settleMovedOn } from './settle-moved-on.ts'
import { settleTask, type WaitsForTask } from './settle-task.ts'

/** What became of a claimed run. */
export type Outcome =
  | { readonly kind: 'sent'; readonly response: string; readonly subject: string }
  | { readonly kind: 'unconfirmed'; readonly detail: string }
  | MovedOn
  | WaitsForTask
  | {
      readonly kind: 'later'
      readonly dueAt: Temporal.Instant
      readonly why: string
      readonly attempts?: number
      /** The server's words when it refused; null when nothing reached it. */
      readonly response?: string | null
      /** A limit, a pause, a stop or a window: waiting for it does not make the mail late. */
      readonly onPurpose?: true
    }
  | { readonly kind: 'held'; readonly why: string; readonly heldFor?: HeldFor }
  | { readonly kind: 'failed'; readonly why: string; readonly response: string }
  | { readonly kind: 'canceled'; readonly why: string }
  /** The enrollment is paused until a person resumes it. */
  | { readonly kind: 'paused'; readonly reason: PauseReason }
  | { readonly kind: 'ended'; readonly reason: StopReason; readonly response?: string; readonly suppress?: string }

export interface Settlement {
  readonly run: ClaimedRun
  readonly outcome: Outcome
}

/**
 * Writes outcomes in one transaction: the run, its delivery, the activity, the enrollment's next step. A run whose claim is
 * gone is left alone and logged: somebody else settled it, and two truths about one mail are worse than a late one.
 */
export async function settleRuns(deps: Deps, portal: PortalContext, settlements: readonly Settlement[]): Promise<void> {
  if (settlements.length === 0) return
  const lost = await inPortal(deps.db, portal.portalId, async (trx) => {
    const ids = settlements.map(({ run }) => run.enrollmentId)
    // A reply ends others too: they are locked with the rest, in the one order.
    const replied = settlements.filter(({ outcome }) => outcome.kind === 'ended' && outcome.reason === 'replied')
    const others = await listRepliedWith(
      trx,
      portal.portalId,
      replied.map(({ run }) => run.enrollmentId),
    )
    const enrollments = await lockEnrollments(trx, portal.portalId, [...new Set([...ids, ...others])])
    const lostClaims: ClaimedRun[] = []
    for (const settlement of inLaneOrder(settlements, enrollments)) {
      const enrollment = enrollments.get(settlement.run.enrollmentId)
      if (enrollment && (await settle(deps, trx, portal, enrollment, settlement))) continue
      lostClaims.push(settlement.run)
    }
    await noteBounces(deps, trx, portal, refusedRuns(settlements, lostClaims))
    const sent = settlements.filter(({ outcome }) => outcome.kind === 'sent').map(({ run }) => run.id)
    await queueMailRecords(trx, portal.portalId, sent, deps.clock())
    return lostClaims
  })
  for (const run of lost)
    deps.log.warn({ portalId: portal.portalId, stepRunId: run.id }, 'step run was settled elsewhere')
  for (const { outcome } of settlements) deps.metrics.count('steps_handled_total', { outcome: outcome.kind })
}

/** Those that this transaction settled and whose address the mail server does not take. */
function refusedRuns(settlements: readonly Settlement[], lost: readonly ClaimedRun[]): string[] {
  return settlements
    .filter(({ run, outcome }) => outcome.kind === 'ended' && outcome.response !== undefined && !lost.includes(run))
    .map(({ run }) => run.id)
}

/** What touches the timeline's lane comes before what touches only the steps' lane: enrolling takes them in that order too. */
function inLaneOrder(
  settlements: readonly Settlement[],
  enrollments: ReadonlyMap<string, RunEnrollment>,
): Settlement[] {
  const rank = ({ run, outcome }: Settlement) => {
    if (outcome.kind === 'sent' || outcome.kind === 'ended' || outcome.kind === 'paused') return 0
    if (outcome.kind === 'moved_on' && outcome.leadsTo === 'end') return 0
    const last = run.position + 1 >= (enrollments.get(run.enrollmentId)?.stepCount ?? 0)
    return last && outcome.kind !== 'later' ? 0 : 1
  }
  return [...settlements].sort((a, b) => rank(a) - rank(b))
}

async function settle(
  deps: Deps,
  trx: Trx,
  portal: PortalContext,
  enrollment: RunEnrollment,
  { run, outcome }: Settlement,
): Promise<boolean> {
  switch (outcome.kind) {
    case 'sent':
    case 'unconfirmed':
      return settleHandedOver(deps, trx, portal, enrollment, run, outcome)
    case 'moved_on':
      return settleMovedOn(deps, trx, portal, enrollment, run, outcome)
    case 'waits_for_task':
      return settleTask(deps, trx, portal, enrollment, run, outcome)
    case 'later':
      return postpone(deps, trx, portal, run, outcome)
    case 'held':
    case 'failed':
    case 'canceled':
      return settleUnsent(deps, trx, portal, enrollment, run, outcome)
    case 'paused':
      return settlePaused(deps, trx, portal, run, outcome.reason)
    case 'ended':
      return settleEnded(deps, trx, portal, enrollment, run, outcome)
  }
}

/** Sent, or perhaps sent: both count as sent for the timing. A mail sent once more moves nothing on. */
async function settleHandedOver(
  deps: Deps,
  trx: Trx,
  portal: PortalContext,
  enrollment: RunEnrollment,
  run: ClaimedRun,
  outcome: Extract<Outcome, { kind: 'sent' | 'unconfirmed' }>,
): Promise<boolean> {
  const now = deps.clock()
  const sent = outcome.kind === 'sent'
  const why = sent ? 'The mail server accepted it.' : `Nobody can know whether it was sent: ${outcome.detail}`
  if (!(await changeRun(trx, portal.portalId, run, { status: outcome.kind, why, settledAt: now }))) return false
  const response = sent ? outcome.response : outcome.detail
  await closeDelivery(trx, portal.portalId, run, sent ? 'accepted' : 'unconfirmed', response, now)
  const step = run.position + 1
  await recordActivity(deps, trx, portal, {
    ...aboutRun(enrollment, run),
    kind: sent ? 'step.sent' : 'step.unconfirmed',
    ...(sent
      ? {
          timeline: {
            event: 'step_sent',
            properties: {
              sequence: enrollment.sequenceName,
              step,
              steps: enrollment.stepCount,
              subject: outcome.subject,
            },
          },
        }
      : {}),
  })
  if (run.resend) return true
  await advanceEnrollment(deps, trx, portal, run.enrollmentId, step)
  // From before a restore are only a mail that a person let go, and one that the backup caught on its way: what followed it
  // may have gone out as well before the restore.
  if (run.approvedAt || !sent) await carryPlan(trx, portal.portalId, run, now, null)
  return true
}

async function postpone(
  deps: Deps,
  trx: Trx,
  portal: PortalContext,
  run: ClaimedRun,
  outcome: Extract<Outcome, { kind: 'later' }>,
): Promise<boolean> {
  const { dueAt, why } = outcome
  const waited = outcome.onPurpose ? { waitedUntil: dueAt } : {}
  const change = { status: 'scheduled' as const, dueAt, why, attempts: outcome.attempts ?? run.attempts, ...waited }
  if (!(await changeRun(trx, portal.portalId, run, change))) return false
  const response = outcome.response ?? null
  await closeDelivery(trx, portal.portalId, run, response === null ? 'canceled' : 'refused', response, deps.clock())
  // Perhaps for days: it is dated and filled anew then.
  if (outcome.onPurpose && run.kind === 'email') await dropFrozenMail(trx, portal.portalId, run.id)
  await wakeLane(trx, portal.portalId, 'steps', WHOLE_PORTAL, dueAt)
  return true
}

async function settleUnsent(
  deps: Deps,
  trx: Trx,
  portal: PortalContext,
  enrollment: RunEnrollment,
  run: ClaimedRun,
  outcome: Extract<Outcome, { kind: 'held' | 'failed' | 'canceled' }>,
): Promise<boolean> {
  const now = deps.clock()
  const held = outcome.kind === 'held'
  // Nobody can answer for an enrollment that ended meanwhile, so nobody is asked.
  if (held && hasEnded(enrollment, run)) {
    return settleUnsent(deps, trx, portal, enrollment, run, { kind: 'canceled', why: ENROLLMENT_ENDED })
  }
  const heldFor = held ? (outcome.heldFor ?? null) : null
  const since = held ? { heldAt: now } : {}
  const change = { status: outcome.kind, why: outcome.why, settledAt: held ? null : now, heldFor, ...since }
  if (!(await changeRun(trx, portal.portalId, run, change))) return false
  const failed = outcome.kind === 'failed'
  const response = failed ? outcome.response : null
  await closeDelivery(trx, portal.portalId, run, failed ? 'refused' : 'canceled', response, now)
  if (outcome.kind === 'canceled') {
    // Taken back by a pause, it is dated and filled anew when that ends.
    if (run.kind === 'email') await dropFrozenMail(trx, portal.portalId, run.id)
    return true
  }
  await recordActivity(deps, trx, portal, {
    ...aboutRun(enrollment, run),
    kind: failed ? 'step.failed' : 'step.held',
  })
  return true
}

async function settlePaused(
  deps: Deps,
  trx: Trx,
  portal: PortalContext,
  run: ClaimedRun,
  reason: PauseReason,
): Promise<boolean> {
  const now = deps.clock()
  const change = { status: 'canceled' as const, why: takenBackBy(reason), settledAt: now }
  if (!(await changeRun(trx, portal.portalId, run, change))) return false
  await closeDelivery(trx, portal.portalId, run, 'canceled', null, now)
  await pauseRunning(deps, trx, portal, run.enrollmentId, { reason, until: null })
  return true
}

async function settleEnded(
  deps: Deps,
  trx: Trx,
  portal: PortalContext,
  enrollment: RunEnrollment,
  run: ClaimedRun,
  outcome: Extract<Outcome, { kind: 'ended' }>,
): Promise<boolean> {
  const now = deps.clock()
  const rejected = outcome.response !== undefined
  const why = rejected ? `The mail server refused the address: ${outcome.response}` : `${STOP_REASON[outcome.reason]}.`
  const change = { status: rejected ? ('failed' as const) : ('canceled' as const), why, settledAt: now }
  if (!(await changeRun(trx, portal.portalId, run, change))) return false
  await closeDelivery(trx, portal.portalId, run, rejected ? 'refused' : 'canceled', outcome.response ?? null, now)
  const address = normalizeAddress(outcome.suppress ?? '')
  if (address) await suppressAddress(deps, trx, portal, { address, reason: 'bounced' })
  if (outcome.reason === 'replied') await applyKnownReply(deps, trx, portal, run.enrollmentId)
  else await endEnrollments(deps, trx, portal, [run.enrollmentId], { status: 'stopped', reason: outcome.reason })
  if (rejected) await recordActivity(deps, trx, portal, { ...aboutRun(enrollment, run), kind: 'step.failed' })
  return true
}
