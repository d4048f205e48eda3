import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { PAUSE_REASON } from '#shared/vocabulary.ts'
import { remainingWait } from './remaining-wait.ts'
import type { LockedEnrollment } from './repository.ts'
import { RETURNS } from './resume-returned.ts'
import { cancelRun, lockRunAt, type Pause, setRunning } from './steering-repository.ts'

const BY_PERSON: Pause = { reason: 'paused_by_user', until: null }

/**
 * Freezes a locked, active enrollment: its planned step is taken back, and what is left of a wait is kept. A mail being
 * handed over right now is stopped by its gate, or was too late to stop; a step that waits for a person keeps waiting. A pause
 * with an end is ended by `resumeReturned`.
 */
export async function pauseEnrollment(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollment: LockedEnrollment,
  pause: Pause = BY_PERSON,
): Promise<void> {
  const { portalId } = portal
  const now = deps.clock()
  const run = await lockRunAt(trx, portalId, enrollment.id, enrollment.stepPosition)
  const step = enrollment.definition.steps[enrollment.stepPosition]
  // A wait for an event that is being looked at right now is taken back by that look.
  const open = run?.status === 'scheduled' || (run?.status === 'sending' && step?.kind === 'wait_for')
  const ends = run?.deadline ?? run?.dueAt
  const remaining = open && ends ? remainingWait(step, ends, now) : null
  if (run?.status === 'scheduled') {
    await cancelRun(trx, portalId, run.id, `${PAUSE_REASON[pause.reason]}.`, now)
  }
  await setRunning(trx, portalId, enrollment.id, { ...pause, remaining }, now)
  if (pause.until) await wakeLane(trx, portalId, RETURNS, enrollment.id, pause.until)
  await recordActivity(deps, trx, portal, {
    kind: 'enrollment.paused',
    dealId: enrollment.dealId,
    contactId: enrollment.hubspotContactId,
    enrollmentId: enrollment.id,
    data: { sequence: enrollment.sequenceName, ...(pause.reason === 'paused_by_user' ? {} : { reason: pause.reason }) },
    timeline: {
      event: 'paused',
      properties: { sequence: enrollment.sequenceName, reason: PAUSE_REASON[pause.reason] },
    },
  })
}
