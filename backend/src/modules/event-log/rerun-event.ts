import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import type { Change, Done } from '#shared/contract/common.ts'
import { eventNumber } from './event-number.ts'
import { lockEvent, resetEvent } from './repository.ts'

/**
 * Has a failed or ignored event processed again from the start, or one that came too late to enroll anybody on its own: a person's
 * word makes up for its age. One that waits already is left as it is, so twice is once.
 * Throws `not_found`, and `conflict` for one that was processed: running it again could enroll twice.
 */
export function rerunEvent(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  eventId: string,
  input: Change,
): Promise<Done> {
  const { portalId } = portal
  const change = { key: input.idempotencyKey, operation: 'event.rerun', input: { eventId } }
  return once(deps, portal, change, async (trx) => {
    const event = await lockEvent(trx, portalId, eventNumber(eventId))
    if (!event) throw new AppError('not_found', 'There is no such event any more. Reload the list.')
    if (event.status === 'pending') return { done: true as const }
    if (event.status === 'done' && !event.tooOld) {
      throw new AppError('conflict', 'This event was processed, so there is nothing to run again.')
    }
    await resetEvent(trx, portalId, event.id, deps.clock())
    await wakeLane(trx, portalId, 'events', event.laneKey, deps.clock())
    await recordActivity(deps, trx, portal, {
      kind: 'event.rerun',
      dealId: event.dealId,
      subjectId: eventId,
      data: { type: event.subscriptionType },
    })
    return { done: true as const }
  })
}
