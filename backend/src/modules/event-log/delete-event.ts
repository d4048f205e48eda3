import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import type { Change, Done } from '#shared/contract/common.ts'
import { eventNumber } from './event-number.ts'
import { lockEvent, removeEvent } from './repository.ts'

/**
 * Removes a failed or ignored event from the list. Throws `not_found`, and `conflict` for one that waits or was processed:
 * the ledger is what keeps HubSpot's repeats from counting twice.
 */
export function deleteEvent(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  eventId: string,
  input: Change,
): Promise<Done> {
  const { portalId } = portal
  const change = { key: input.idempotencyKey, operation: 'event.delete', input: { eventId } }
  return once(deps, portal, change, async (trx) => {
    const event = await lockEvent(trx, portalId, eventNumber(eventId))
    if (!event) throw new AppError('not_found', 'There is no such event any more. Reload the list.')
    if (event.status === 'pending' || event.status === 'done') {
      const why = event.status === 'pending' ? 'still waits to be processed' : 'was processed'
      throw new AppError('conflict', `This event ${why}. Only failed and ignored events can be deleted.`)
    }
    await removeEvent(trx, portalId, event.id)
    await recordActivity(deps, trx, portal, {
      kind: 'event.deleted',
      dealId: event.dealId,
      subjectId: eventId,
      data: { type: event.subscriptionType },
    })
    return { done: true as const }
  })
}
