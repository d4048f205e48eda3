import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { STOP_REASON, type StopReason } from '#shared/vocabulary.ts'
import { type ClosedEnrollment, type Closing, cancelOpenRuns, closeEnrollments } from './ending-repository.ts'

/** One lane for each sequence that finishes; its key is the sequence's id. */
export const FINISHING = 'finishing'

/** `why`: what completed it before its last step, as a sentence. */
export type Ending = { status: 'completed'; why?: string | undefined } | { status: 'stopped'; reason: StopReason }

/**
 * The one exit: every way an enrollment can end goes through here. Planned steps are canceled; a mail being sent right now
 * is stopped by the gate of its delivery, which reads this status. Returns how many ended; the others had ended before.
 */
export async function endEnrollments(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollmentIds: readonly string[],
  ending: Ending,
): Promise<number> {
  if (enrollmentIds.length === 0) return 0
  const reason = ending.status === 'stopped' ? ending.reason : null
  const completedWhy = ending.status === 'completed' ? (ending.why ?? null) : null
  const closing = { status: ending.status, stopReason: reason, completedWhy }
  const ended = await closeEnrollments(trx, portal.portalId, enrollmentIds, closing, deps.clock())
  if (ended.length === 0) return 0
  const why = reason ? `${STOP_REASON[reason]}.` : 'The sequence is complete.'
  const ids = ended.map(({ id }) => id)
  await cancelOpenRuns(trx, portal.portalId, ids, { why, extras: reason !== null }, deps.clock())
  for (const enrollment of ended) await tell(deps, trx, portal, enrollment, closing)
  return ended.length
}

async function tell(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  ended: ClosedEnrollment,
  { status, stopReason: reason, completedWhy: why }: Closing,
): Promise<void> {
  // Whether it was the last one is looked at afterwards: two that end at the same time do not see each other.
  if (ended.sequenceStatus === 'finishing') {
    await wakeLane(trx, portal.portalId, FINISHING, ended.sequenceId, deps.clock())
  }
  await recordActivity(deps, trx, portal, {
    kind: status === 'completed' ? 'enrollment.completed' : 'enrollment.stopped',
    dealId: ended.dealId,
    contactId: ended.hubspotContactId,
    enrollmentId: ended.id,
    data: { sequence: ended.sequenceName, reason, ...(why === null ? {} : { why }) },
    timeline: {
      event: status,
      properties: { sequence: ended.sequenceName, ...(reason ? { reason: STOP_REASON[reason] } : {}) },
    },
  })
}
