import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { endEnrollments } from './end-enrollments.ts'
import { planStep } from './plan-step.ts'
import { lockEnrollment, setPosition } from './repository.ts'
import { scheduleStep } from './schedule-step.ts'

/**
 * Moves an active enrollment to the step at `position` and plans it; past the last step it completes, with `because` as the
 * reason when that is not simply its last step. Does nothing when the enrollment is no longer active: somebody stopped or paused
 * it between the step and its settling, and their word holds (a resume plans the step again).
 */
export async function advanceEnrollment(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollmentId: string,
  position: number,
  because?: string,
): Promise<void> {
  const enrollment = await lockEnrollment(trx, portal.portalId, enrollmentId)
  if (enrollment?.status === 'paused') return setPosition(trx, portal.portalId, enrollmentId, position, deps.clock())
  if (enrollment?.status !== 'active') return
  const { definition } = enrollment
  const planned = planStep({ definition, position, at: deps.clock(), facts: enrollment })
  if (!planned) {
    await endEnrollments(deps, trx, portal, [enrollmentId], { status: 'completed', why: because })
    return
  }
  await setPosition(trx, portal.portalId, enrollmentId, position, deps.clock())
  const reached = await scheduleStep(deps, trx, portal, enrollment, planned)
  // Done in the version that it was moved from, where it came earlier.
  if (!reached) await advanceEnrollment(deps, trx, portal, enrollmentId, position + 1, because)
}
