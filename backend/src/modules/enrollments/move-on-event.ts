import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { resolveTarget } from '#shared/step-flow.ts'
import { advanceEnrollment } from './advance-enrollment.ts'
import { describeCame } from './describe-event.ts'
import { lockEnrollment } from './repository.ts'
import { finishWaitFor } from './steering-repository.ts'

/** The wait that an event ended. */
export interface TakenEvent {
  readonly enrollmentId: string
  /** When the wait began. */
  readonly plannedFor: Temporal.Instant
}

/**
 * Moves an enrollment on that stands at a wait for this event, in the transaction that learns of it; one that is paused goes on
 * from there when it is resumed. Undefined when it waits for nothing of the kind. A worker that looks at the run right now loses
 * its claim.
 */
export async function moveOnEvent(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollmentId: string,
  event: 'reply' | 'click',
): Promise<TakenEvent | undefined> {
  const { portalId } = portal
  const enrollment = await lockEnrollment(trx, portalId, enrollmentId)
  if (enrollment?.status !== 'active' && enrollment?.status !== 'paused') return undefined
  const { stepPosition: position, definition } = enrollment
  const step = definition.steps[position]
  if (step?.kind !== 'wait_for' || step.event !== event) return undefined
  const ids = definition.steps.map(({ id }) => id)
  const place = resolveTarget(ids, position, step.onEvent)
  if (place === undefined) return undefined
  const reason = describeCame(step)
  const run = { enrollmentId, position, why: `${reason}.` }
  const finished = await finishWaitFor(trx, portalId, run, deps.clock())
  if (!finished) return undefined
  await recordActivity(deps, trx, portal, {
    kind: 'step.steered',
    dealId: enrollment.dealId,
    contactId: enrollment.hubspotContactId,
    enrollmentId,
    subjectId: finished.id,
    data: { sequence: enrollment.sequenceName, step: position + 1, steps: ids.length, reason },
  })
  await advanceEnrollment(deps, trx, portal, enrollmentId, place, `${reason}.`)
  return { enrollmentId, plannedFor: finished.plannedFor }
}
