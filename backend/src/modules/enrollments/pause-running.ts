import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { pauseEnrollment } from './pause-enrollment.ts'
import { lockEnrollment } from './repository.ts'
import { RETURNS } from './resume-returned.ts'
import { changePause, type Pause } from './steering-repository.ts'

export type { Pause }

/**
 * Pauses an enrollment that runs. One whose pause would end by itself gets the longer pause of the two; a person's pause stays
 * a person's. Says whether anything changed; an ended enrollment is left alone.
 */
export async function pauseRunning(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollmentId: string,
  pause: Pause,
): Promise<boolean> {
  const enrollment = await lockEnrollment(trx, portal.portalId, enrollmentId)
  if (enrollment?.status === 'active') {
    await pauseEnrollment(deps, trx, portal, enrollment, pause)
    return true
  }
  if (enrollment?.status !== 'paused' || !enrollment.pausedUntil || !isLonger(pause, enrollment.pausedUntil))
    return false
  await changePause(trx, portal.portalId, enrollmentId, pause, deps.clock())
  if (pause.until) await wakeLane(trx, portal.portalId, RETURNS, enrollmentId, pause.until)
  return true
}

/** Whether a pause lasts longer than one that ends at `than`; one without an end always does. Pure. */
export function isLonger({ until }: Pick<Pause, 'until'>, than: Temporal.Instant): boolean {
  return until === null || Temporal.Instant.compare(until, than) > 0
}
