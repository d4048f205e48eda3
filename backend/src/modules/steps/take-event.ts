import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { moveOnEvent } from '#modules/enrollments/move-on-event.ts'
import { carryPlan } from './carry-plan.ts'

/**
 * Lets an enrollment that stands at a wait for this event go on with it, in the transaction that learns of the event. False
 * when it waits for nothing of the kind: then what the event means otherwise holds. After a restored backup the event may be
 * one that was taken before: what it leads to then waits for a person.
 */
export async function takeEvent(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollmentId: string,
  event: 'reply' | 'click',
): Promise<boolean> {
  const taken = await moveOnEvent(deps, trx, portal, enrollmentId, event)
  if (taken) await carryPlan(trx, portal.portalId, taken, deps.clock(), null)
  return taken !== undefined
}
