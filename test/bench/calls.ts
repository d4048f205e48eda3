import type { Stack } from '#test/support/stack.ts'
import { idle, MAPPED_STAGE, makeDeals, PORTAL, untilMailed } from './portal.ts'
import { type BenchRow, spread } from './row.ts'

/** What the calls are for. Deals are read twice: to decide, and again right before the first mail. */
const KINDS: readonly (readonly [kind: string, matches: (path: string) => boolean])[] = [
  ['reading deals', (path) => path.includes('/deals/batch/read')],
  ['reading associations', (path) => path.includes('/associations/')],
  ['reading contacts', (path) => path.includes('/objects/') && path.includes('/contacts/batch/read')],
  ['deciding and sending, all reads', (path) => !path.includes('/timeline/')],
  ['writing the timeline', (path) => path.includes('/timeline/')],
  ['everything', () => true],
]

/**
 * HubSpot calls per 1,000 stage changes, from the stand-in's own journal: all moved in one burst, against moved one after
 * another, each finished before the next. Every deal has one contact and gets one mail.
 */
export async function benchCalls(stack: Stack, options: { burst: number; rounds: number }): Promise<BenchRow[]> {
  const bursts: Counted[] = []
  const singles: Counted[] = []
  for (let round = 0; round < options.rounds; round++) {
    singles.push(await countCalls(stack, await makeDeals(stack, 10, `single${round}`), true))
    bursts.push(await countCalls(stack, await makeDeals(stack, options.burst, `burst${round}`), false))
  }
  const per = (list: Counted[], kind: string) => list.map((counted) => counted.per1000.get(kind) ?? 0)
  const row = (kind: string): BenchRow => {
    const values = per(bursts, kind)
    return {
      bench: 'calls',
      case: `${options.burst} changes at once, ${kind}`,
      metric: 'HubSpot calls per 1,000 changes',
      value: Math.round(spread(values).median * 10) / 10,
      unit: 'calls',
      baseline: 'changes one after another',
      ratio: spread(values.map((value, round) => value / (per(singles, kind)[round] || Number.NaN))),
    }
  }
  return KINDS.map(([kind]) => row(kind))
}

interface Counted {
  readonly per1000: Map<string, number>
}

async function countCalls(
  stack: Stack,
  deals: { dealId: string; address: string }[],
  oneByOne: boolean,
): Promise<Counted> {
  stack.sandbox.journal.clear()
  for (const { dealId, address } of deals) {
    stack.sandbox.moveDeal(PORTAL, dealId, MAPPED_STAGE)
    if (oneByOne) await untilMailed(stack, [address])
  }
  await untilMailed(
    stack,
    deals.map((deal) => deal.address),
  )
  await idle(stack)
  const paths = stack.sandbox.journal.entries.filter((entry) => entry.family !== 'oauth').map((entry) => entry.path)
  return {
    per1000: new Map(KINDS.map(([kind, matches]) => [kind, (paths.filter(matches).length * 1000) / deals.length])),
  }
}
