import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import { holdTurn, releaseLane, type Turn, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { findOldestDead, reviveDead } from './repository.ts'
import { REVIVAL_DELAY, REVIVAL_LANE, REVIVAL_LIMIT } from './revival.ts'

/**
 * Tries again what died only because HubSpot could not be reached: an outage longer than three tries must not cost a stage
 * change. Events older than a day stay dead for a person to judge.
 */
export async function reviveEvents(deps: Deps, portal: PortalContext, turn: Turn): Promise<void> {
  const now = deps.clock()
  await inPortal(deps.db, portal.portalId, async (trx) => {
    const held = await holdTurn(trx, 'events', {
      ...turn,
      lanes: turn.lanes.filter((lane) => lane.key === REVIVAL_LANE),
    })
    if (!held.has(REVIVAL_LANE)) return
    const away = { code: 'hubspot_unavailable', receivedAfter: now.subtract(REVIVAL_LIMIT) }
    const lanes = await reviveDead(trx, portal.portalId, { ...away, diedBefore: now.subtract(REVIVAL_DELAY) })
    for (const key of lanes) await wakeLane(trx, portal.portalId, 'events', key, now)
    // What died since the lane was made has its own quarter of an hour.
    const diedAt = await findOldestDead(trx, portal.portalId, away)
    const next = diedAt ? { dueAt: diedAt.add(REVIVAL_DELAY) } : null
    await releaseLane(trx, 'events', portal.portalId, REVIVAL_LANE, next)
  })
}
