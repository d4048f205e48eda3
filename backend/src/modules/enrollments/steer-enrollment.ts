import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { once } from '#modules/idempotency/once.ts'
import type { Done } from '#shared/contract/common.ts'
import type { SteerEnrollment } from '#shared/contract/enrollment.ts'
import { ENROLLMENT_STATUS } from '#shared/vocabulary.ts'
import { endEnrollments } from './end-enrollments.ts'
import { pauseEnrollment } from './pause-enrollment.ts'
import { type LockedEnrollment, lockEnrollment } from './repository.ts'
import { resumeEnrollment } from './resume-enrollment.ts'
import { noteResumed } from './steering-repository.ts'

type Action = SteerEnrollment['action']

/** What each action leads to: an enrollment that is there already is left as it is. */
const GOAL = { pause: 'paused', resume: 'active', stop: 'stopped' } as const satisfies Record<Action, string>

/**
 * A person pauses, resumes or stops one enrollment. Asking for what is already so changes nothing; throws `not_found`, and
 * `conflict` for an enrollment that has ended.
 */
export function steerEnrollment(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  enrollmentId: string,
  input: SteerEnrollment,
): Promise<Done> {
  const { action, idempotencyKey: key } = input
  const change = { key, operation: `enrollment.${action}`, input: { enrollmentId } }
  return once(deps, portal, change, async (trx) => {
    const enrollment = await lockEnrollment(trx, portal.portalId, enrollmentId)
    if (!enrollment) throw new AppError('not_found', 'There is no such enrollment. Reload the card.')
    if (enrollment.status !== GOAL[action]) await steer(deps, trx, portal, enrollment, action)
    return { done: true as const }
  })
}

async function steer(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollment: LockedEnrollment,
  action: Action,
): Promise<void> {
  if (enrollment.status === 'completed' || enrollment.status === 'stopped') {
    const status = ENROLLMENT_STATUS[enrollment.status].toLowerCase()
    throw new AppError('conflict', `This enrollment is ${status} already, so there is nothing to ${action}.`)
  }
  if (action === 'pause') return pauseEnrollment(deps, trx, portal, enrollment)
  if (action === 'resume') {
    await noteResumed(trx, portal.portalId, enrollment.id, deps.clock())
    return resumeEnrollment(deps, trx, portal, enrollment)
  }
  await endEnrollments(deps, trx, portal, [enrollment.id], { status: 'stopped', reason: 'stopped_by_user' })
}
