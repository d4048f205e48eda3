import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { isSpan } from './is-span.ts'
import type { LockedEnrollment } from './repository.ts'
import { cancelRun, lockRunAt, setRunning } from './steering-repository.ts'

/**
 * Freezes a locked, active enrollment: its planned step is taken back, and what is left of a wait is kept. A mail being
 * handed over right now is stopped by its gate, or was too late to stop; a step that waits for a person keeps waiting.
 */
export async function pauseEnrollment(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollment: LockedEnrollment,
): Promise<void> {
  const { portalId } = portal
  const now = deps.clock()
  const run = await lockRunAt(trx, portalId, enrollment.id, enrollment.stepPosition)
  let remaining: number | null = null
  if (run?.status === 'scheduled') {
    const step = enrollment.definition.steps[enrollment.stepPosition]
    if (isSpan(step)) remaining = Math.max(0, run.dueAt.epochMilliseconds - now.epochMilliseconds)
    await cancelRun(trx, portalId, run.id, 'Paused by a person.', now)
  }
  await setRunning(trx, portalId, enrollment.id, 'paused', remaining, now)
  await recordActivity(deps, trx, portal, {
    kind: 'enrollment.paused',
    dealId: enrollment.dealId,
    contactId: enrollment.hubspotContactId,
    enrollmentId: enrollment.id,
    data: { sequence: enrollment.sequenceName },
    timeline: { event: 'paused', properties: { sequence: enrollment.sequenceName } },
  })
}
