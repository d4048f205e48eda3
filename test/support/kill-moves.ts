import { systemSleep } from '#core/clock.ts'
import type { Sandbox } from '#test/sandbox/sandbox.ts'
import type { CrowdDeal } from './kill-crowd.ts'

export interface Moves {
  readonly told: Promise<unknown>
  /** Deliveries made of earlier events under new ids, as another subscription would. */
  readonly retold: number
}

interface Move {
  readonly deal: CrowdDeal
  readonly stageId: string
}

/** The moves of a deal are at least this many other moves apart, so that their order is HubSpot's to mix up, not ours. */
const APART = 12
const MOST_AT_ONCE = 20

/**
 * Moves all deals, a few at a time, while the sandbox delivers as badly as HubSpot may: copies, mixed order and portals,
 * batches of any size, and old events told again under other ids. `told` resolves when all that was told again was delivered or given up.
 */
export async function moveCrowd(
  sandbox: Sandbox,
  deals: readonly CrowdDeal[],
  options: { random: () => number; perSecond: number; expireTokens: boolean },
): Promise<Moves> {
  const { random } = options
  const telling: Promise<unknown>[] = []
  const moves = schedule(deals, random)
  while (moves.length > 0) {
    const some = moves.splice(0, 1 + Math.floor(random() * MOST_AT_ONCE))
    for (const { deal, stageId } of some) sandbox.moveDeal(deal.portalId, deal.dealId, stageId)
    const { behavior } = sandbox.webhooks
    behavior.reorder = true
    behavior.duplicate = Math.floor(random() * 3)
    behavior.batchSize = 1 + Math.floor(random() * 100)
    behavior.mixPortals = random() < 0.3
    if (random() < 0.5) telling.push(tellAgain(sandbox, random))
    if (options.expireTokens && random() < 0.05) sandbox.tokens.expire(some[0]?.deal.portalId ?? 0)
    await systemSleep((some.length / options.perSecond) * 1000)
  }
  return { retold: telling.length, told: Promise.all(telling) }
}

/** All moves in a random order that keeps those of one deal in theirs. */
function schedule(deals: readonly CrowdDeal[], random: () => number): Move[] {
  const placed = deals.flatMap((deal) => {
    const at = random() * deals.length
    return deal.stages.map((stageId, step) => ({ deal, stageId, at: at + step * (APART + random() * deals.length) }))
  })
  return placed.sort((a, b) => a.at - b.at)
}

/** HubSpot's ids are no identity: a redelivery or a doubled subscription has others. */
async function tellAgain(sandbox: Sandbox, random: () => number): Promise<void> {
  const { deliveries } = sandbox.webhooks
  const delivery = deliveries[Math.floor(random() * deliveries.length)]
  const again = delivery?.events.map((event) => ({
    ...event,
    eventId: Math.floor(random() * 1e9),
    subscriptionId: 1 + Math.floor(random() * 1e6),
  }))
  if (again && again.length > 0) await sandbox.webhooks.deliver(again)
}
