import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { resolveTarget } from '#shared/step-flow.ts'
import { advanceEnrollment } from './advance-enrollment.ts'
import { describeCame } from './describe-event.ts'
import { lockEnrollment } from './repository.ts'
import { finishWaitFor } from './steering-repository.ts'

/**
 * Moves an enrollment on that stands at a wait for this event, in the transaction that learns of it; one that is paused goes on
 * from there when it is resumed. False when it waits for nothing of the kind: then what the event means otherwise holds. A
 * worker that looks at the run right now loses its claim.
 */
export async function takeEvent(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollmentId: string,
  event: 'reply' | 'click',
): Promise<boolean> {
  const { portalId } = portal
  const enrollment = await lockEnrollment(trx, portalId, enrollmentId)
  if (enrollment?.status !== 'active' && enrollment?.status !== 'paused') return false
  const { stepPosition: position, definition } = enrollment
  const step = definition.steps[position]
  if (step?.kind !== 'wait_for' || step.event !== event) return false
  const ids = definition.steps.map(({ id }) => id)
  const place = resolveTarget(ids, position, step.onEvent)
  if (place === undefined) return false
  const reason = describeCame(step)
  const run = { enrollmentId, position, why: `${reason}.` }
  const runId = await finishWaitFor(trx, portalId, run, deps.clock())
  if (runId === undefined) return false
  await recordActivity(deps, trx, portal, {
    kind: 'step.steered',
    dealId: enrollment.dealId,
    contactId: enrollment.hubspotContactId,
    enrollmentId,
    subjectId: runId,
    data: { sequence: enrollment.sequenceName, step: position + 1, steps: ids.length, reason },
  })
  await advanceEnrollment(deps, trx, portal, enrollmentId, place, `${reason}.`)
  return true
}
