import type { Stack } from '#test/support/stack.ts'
import { MAPPED_STAGE, makeDeals, PORTAL, pause, untilMailed } from './portal.ts'
import { type BenchRow, spread } from './row.ts'

const MOVES_PER_SECOND = 20

/**
 * From a deal being moved to its mail being accepted by the SMTP server, at 20 moves a second against one at a time on an
 * idle system. Includes HubSpot's webhook, the decision, both reads from HubSpot and the mail itself.
 */
export async function benchLatency(stack: Stack, options: { seconds: number; rounds: number }): Promise<BenchRow[]> {
  const idle: number[][] = []
  const busy: number[][] = []
  for (let round = 0; round < options.rounds; round++) {
    idle.push(await measure(stack, await makeDeals(stack, 10, `idle${round}`), 500))
    busy.push(
      await measure(
        stack,
        await makeDeals(stack, options.seconds * MOVES_PER_SECOND, `busy${round}`),
        1000 / MOVES_PER_SECOND,
      ),
    )
  }
  return [50, 95].map((percent) => {
    const values = busy.map((times) => percentile(times, percent))
    return {
      bench: 'latency',
      case: `${MOVES_PER_SECOND} moves a second, p${percent}`,
      metric: 'stage move to SMTP accept',
      value: Math.round(spread(values).median),
      unit: 'ms',
      baseline: `one at a time, p${percent}`,
      ratio: spread(values.map((value, round) => value / percentile(idle[round] ?? [], percent))),
    }
  })
}

/** Milliseconds of each move, one every `everyMs`. */
async function measure(stack: Stack, deals: { dealId: string; address: string }[], everyMs: number): Promise<number[]> {
  const movedAt = new Map<string, number>()
  const start = Date.now()
  for (const [index, { dealId, address }] of deals.entries()) {
    await pause(Math.max(0, start + index * everyMs - Date.now()))
    movedAt.set(address, Date.now())
    stack.sandbox.moveDeal(PORTAL, dealId, MAPPED_STAGE)
  }
  const mailedAt = await untilMailed(stack, [...movedAt.keys()])
  return [...movedAt].map(([address, moved]) => (mailedAt.get(address) ?? Number.NaN) - moved)
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN
}
