import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { STOP_REASON, type StopReason } from '#shared/vocabulary.ts'
import { cancelOpenRuns, closeEnrollment } from './repository.ts'

/** One lane for each sequence that finishes; its key is the sequence's id. */
export const FINISHING = 'finishing'

/** `why`: what completed it before its last step, as a sentence. */
export type Ending = { status: 'completed'; why?: string | undefined } | { status: 'stopped'; reason: StopReason }

/**
 * The one exit: every way an enrollment can end goes through here. Planned steps are canceled; a mail being sent right now
 * is stopped by the gate of its delivery, which reads this status. Returns false when it had ended before.
 */
export async function endEnrollment(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollmentId: string,
  ending: Ending,
): Promise<boolean> {
  const reason = ending.status === 'stopped' ? ending.reason : null
  const completedWhy = ending.status === 'completed' ? (ending.why ?? null) : null
  const closing = { status: ending.status, stopReason: reason, completedWhy }
  const ended = await closeEnrollment(trx, portal.portalId, enrollmentId, closing, deps.clock())
  if (!ended) return false
  const why = reason ? `${STOP_REASON[reason]}.` : 'The sequence is complete.'
  await cancelOpenRuns(trx, portal.portalId, enrollmentId, { why, extras: reason !== null }, deps.clock())
  // Whether it was the last one is looked at afterwards: two that end at the same time do not see each other.
  if (ended.sequenceStatus === 'finishing') {
    await wakeLane(trx, portal.portalId, FINISHING, ended.sequenceId, deps.clock())
  }
  await recordActivity(deps, trx, portal, {
    kind: ending.status === 'completed' ? 'enrollment.completed' : 'enrollment.stopped',
    dealId: ended.dealId,
    contactId: ended.hubspotContactId,
    enrollmentId,
    data: { sequence: ended.sequenceName, reason, ...(completedWhy === null ? {} : { why: completedWhy }) },
    timeline: {
      event: ending.status,
      properties: { sequence: ended.sequenceName, ...(reason ? { reason: STOP_REASON[reason] } : {}) },
    },
  })
  return true
}
