import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { isDatabaseUnavailable } from '#db/is-database-unavailable.ts'
import { holdTurn, releaseLane, type Turn, takeTurn } from '#db/lanes.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import type { HubSpotDeal } from '#hubspot/deals.ts'
import { listStageEntries } from '#modules/decisions/find-stage-entry.ts'
import { listOpenDeals } from '#modules/decisions/list-open-deals.ts'
import { readSubscriptionId } from '#modules/hubspot-mail/get-subscription-id.ts'
import { getReadingPlan } from '#modules/mappings/get-reading-plan.ts'
import { learnStages, type SeenStage } from '#modules/pipelines/learn-stages.ts'
import { failTurn } from './fail-turn.ts'
import { dealOfLane } from './lane-key.ts'
import { readTurn } from './read-turn.ts'
import { listPendingEvents } from './repository.ts'
import { REVIVAL_LANE } from './revival.ts'
import { reviveEvents } from './revive-events.ts'
import { settleTurn } from './settle-turn.ts'

/** Deals of one portal at a time: HubSpot's batch reads take 100. */
const LANES_PER_TURN = 100
/** An import may touch one deal many times; the rest waits for the lane's next turn. */
const EVENTS_PER_TURN = 2_000
/**
 * Deals settled in one transaction: it holds the lanes of the portal's steps and timeline, for which the mails under way wait,
 * and a crash undoes no more than this.
 */
const SETTLE_TOGETHER = 20
/** After a database fault, which is no deal's fault, in milliseconds. */
const DATABASE_PAUSE_MS = 5_000

/**
 * One pass of the events task: takes the next portal's due deals, asks HubSpot what is true now, decides, and settles all of
 * it in one transaction. Returns the portal served, to go on after it, and how many events were settled; `undefined` when
 * nothing is due after `afterPortal`. Portals in `busy` are served by another pass of this process.
 */
export async function handleDueEvents(
  deps: Deps,
  afterPortal: number,
  busy: Set<number> = new Set(),
): Promise<Served | undefined> {
  const next = { kind: 'events', afterPortal, now: deps.clock(), busy } as const
  return serveNextPortal(deps.db, next, (portalId) => servePortal(deps, portalId))
}

async function servePortal(deps: Deps, portalId: number): Promise<number> {
  const now = deps.clock()
  const turn = await takeTurn(deps.db, {
    kind: 'events',
    portalId,
    now,
    limit: LANES_PER_TURN,
    leaseUntil: now.add(deps.leases.events),
    lease: deps.ids(),
  })
  const portal: PortalContext = { portalId, actor: { kind: 'webhook' }, requestId: turn.lease }
  let handled = 0
  for (const part of splitTurn(turn)) {
    if (deps.stopping.aborted) await giveBack(deps, part)
    else handled += await handlePart(deps, portal, part)
  }
  return handled
}

/** What failed before is tried alone, so that one bad deal does not take a hundred good ones down with it. */
function splitTurn(turn: Turn): Turn[] {
  const fresh = turn.lanes.filter((lane) => lane.attempts === 0)
  const failed = turn.lanes.filter((lane) => lane.attempts > 0)
  return [
    ...(fresh.length > 0 ? [{ ...turn, lanes: fresh }] : []),
    ...failed.map((lane) => ({ ...turn, lanes: [lane] })),
  ]
}

/** For another worker, now: this process was asked to stop before it began these. */
async function giveBack(deps: Deps, turn: Turn): Promise<void> {
  await inPortal(deps.db, turn.portalId, async (trx) => {
    const held = await holdTurn(trx, 'events', turn)
    for (const { key, attempts } of turn.lanes) {
      if (held.has(key)) await releaseLane(trx, 'events', turn.portalId, key, { dueAt: deps.clock(), attempts })
    }
  })
}

async function handlePart(deps: Deps, portal: PortalContext, turn: Turn): Promise<number> {
  if (turn.lanes.some((lane) => lane.key === REVIVAL_LANE)) {
    await reviveEvents(deps, portal, turn)
    if (turn.lanes.length === 1) return 0
  }
  const keys = turn.lanes.map((lane) => lane.key).filter((key) => key !== REVIVAL_LANE)
  const dealIds = keys.flatMap((key) => dealOfLane(key) ?? [])
  const { events, openDeals, plan, subscriptionId } = await inPortal(deps.db, portal.portalId, async (trx) => ({
    events: await listPendingEvents(trx, portal.portalId, keys, EVENTS_PER_TURN),
    openDeals: await listOpenDeals(trx, portal.portalId, dealIds),
    plan: await getReadingPlan(trx, portal.portalId),
    subscriptionId: await readSubscriptionId(trx, portal.portalId),
  }))
  try {
    const facts = await readTurn(deps, portal.portalId, { events, openDeals, subscriptionId }, plan)
    await learnStages(deps, portal, listSeenStages(facts.deals.values()))
    for (const some of portionsOf(turn)) {
      await inPortal(deps.db, portal.portalId, (trx) =>
        settleTurn(deps, trx, portal, some, { events, openDeals, facts }),
      )
    }
    for (const event of events) deps.metrics.observe('event_lag_seconds', secondsSince(deps, event.receivedAt))
    deps.metrics.count('events_handled_total', { outcome: 'done' }, events.length)
    return events.length + openDeals.length
  } catch (error) {
    await failTurn(deps, portal, turn, events, error instanceof AppError ? error : unexpected(deps, portal, error))
    return 0
  }
}

function listSeenStages(deals: Iterable<HubSpotDeal>): SeenStage[] {
  return [...deals].flatMap(({ stageHistory }) => listStageEntries(stageHistory))
}

function portionsOf(turn: Turn): Turn[] {
  const portions: Turn[] = []
  for (let start = 0; start < turn.lanes.length; start += SETTLE_TOGETHER) {
    portions.push({ ...turn, lanes: turn.lanes.slice(start, start + SETTLE_TOGETHER) })
  }
  return portions
}

function unexpected(deps: Deps, portal: PortalContext, error: unknown): AppError {
  if (isDatabaseUnavailable(error)) {
    const message = 'The database could not be used for a moment. Stagecue tries again by itself.'
    return new AppError('database_unavailable', message, { cause: error, retryAfterMs: DATABASE_PAUSE_MS })
  }
  deps.log.error({ portalId: portal.portalId, err: error }, 'events could not be handled')
  deps.metrics.count('task_failures_total', { task: 'events' })
  return new AppError('internal', 'Stagecue failed on this event. The operator has the details in the log.', {
    cause: error,
  })
}

function secondsSince(deps: Deps, moment: Temporal.Instant): number {
  return deps.clock().since(moment).total('seconds')
}
