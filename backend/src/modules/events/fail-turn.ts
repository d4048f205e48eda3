import type { PortalContext } from '#core/context.ts'
import type { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { holdTurn, releaseLane, type Turn, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { listOpenDeals } from '#modules/decisions/list-open-deals.ts'
import { backoffMs, MAX_TRIES } from './backoff.ts'
import { dealLane, dealOfLane } from './lane-key.ts'
import { hasOtherPending, markFailed, type PendingEvent } from './repository.ts'
import { REVIVAL_DELAY, REVIVAL_LANE } from './revival.ts'

/**
 * Settles a turn that failed. A lane is tried three times, with growing pauses, then its events are put aside with the
 * reason and the lane goes on. What is not the event's fault (HubSpot asked us to wait, the portal lost its connection)
 * costs no try: it only waits. An entry that waits for its time is no event to put aside: it is tried again, a while later.
 */
export async function failTurn(
  deps: Deps,
  portal: PortalContext,
  turn: Turn,
  events: readonly PendingEvent[],
  error: AppError,
): Promise<void> {
  const now = deps.clock()
  await inPortal(deps.db, portal.portalId, async (trx) => {
    const held = await holdTurn(trx, 'events', turn)
    const waiting = await listWaitingLanes(trx, portal.portalId, turn)
    for (const lane of turn.lanes) {
      if (!held.has(lane.key)) continue
      const ids = events.filter((event) => event.laneKey === lane.key).map((event) => event.id)
      const pause = pauseWithoutTry(error)
      const attempts = pause === undefined ? lane.attempts + 1 : lane.attempts
      const dead = attempts >= MAX_TRIES
      if (pause === undefined)
        await markFailed(trx, portal.portalId, ids, { code: error.code, reason: error.message, dead }, now)
      deps.metrics.count('events_handled_total', { outcome: dead ? 'dead' : 'retried' }, ids.length)
      if (dead) {
        if (error.retry) await wakeLane(trx, portal.portalId, 'events', REVIVAL_LANE, now.add(REVIVAL_DELAY))
        const more = await hasOtherPending(trx, portal.portalId, lane.key, [])
        await releaseLane(trx, 'events', portal.portalId, lane.key, more ? { dueAt: now } : null)
        if (waiting.has(lane.key)) await wakeLane(trx, portal.portalId, 'events', lane.key, now.add(REVIVAL_DELAY))
        continue
      }
      const until = now.add({ milliseconds: pause ?? backoffMs(attempts, deps.random()) })
      await releaseLane(trx, 'events', portal.portalId, lane.key, { dueAt: until, notBefore: until, attempts })
    }
  })
  deps.log.warn({ portalId: portal.portalId, code: error.code, lanes: turn.lanes.length }, 'events postponed')
}

/** The lanes of deals with an entry that waits: such a lane must not end with its events. */
async function listWaitingLanes(trx: Trx, portalId: number, turn: Turn): Promise<Set<string>> {
  const dealIds = turn.lanes.flatMap(({ key }) => dealOfLane(key) ?? [])
  return new Set((await listOpenDeals(trx, portalId, dealIds)).map(dealLane))
}

/** Milliseconds to wait when the failure says nothing about the event itself. */
function pauseWithoutTry(error: AppError): number | undefined {
  if (error.retryAfterMs !== undefined) return error.retryAfterMs
  return error.code === 'installation_revoked' ? 60_000 : undefined
}
