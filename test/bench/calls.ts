import type { Stack } from '#test/support/stack.ts'
import { idle, LATER_STAGE, MAPPED_STAGE, makeDeals, PORTAL, untilMailed } from './portal.ts'
import { type BenchRow, spread } from './row.ts'

/** Longer than a portal's timeline gathers before it is written. */
const QUIET_MS = 5_000

/** What the calls are for. */
const KINDS: readonly (readonly [kind: string, matches: (path: string) => boolean])[] = [
  ['reading deals', (path) => path.includes('/deals/batch/read')],
  ['reading associations', (path) => path.includes('/associations/')],
  ['reading contacts', (path) => path.includes('/objects/') && path.includes('/contacts/batch/read')],
  ['writing the timeline', (path) => path.includes('/timeline/')],
  ['everything', () => true],
]

/**
 * HubSpot calls per 1,000 stage changes, from the stand-in's own journal: all moved in one burst, against moved one after
 * another, each finished before the next. Every deal has one contact. Two stages are measured, because deciding a change and
 * checking its mail are different things: one enrolls for a mail tomorrow, the other mails at once and so asks HubSpot again
 * right before each mail.
 */
export async function benchCalls(stack: Stack, options: { burst: number; rounds: number }): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  const stages = [
    { stageId: LATER_STAGE, what: 'enrolled, mailed tomorrow', mails: false },
    { stageId: MAPPED_STAGE, what: 'enrolled and mailed at once', mails: true },
  ]
  for (const { stageId, what, mails } of stages) {
    const bursts: Counted[] = []
    const singles: Counted[] = []
    for (let round = 0; round < options.rounds; round++) {
      const label = `${stageId}${round}`
      const few = await makeDeals(stack, 10, `single-${label}`)
      singles.push(await countCalls(stack, few, { stageId, mails, oneByOne: true }))
      const many = await makeDeals(stack, options.burst, `burst-${label}`)
      bursts.push(await countCalls(stack, many, { stageId, mails, oneByOne: false }))
    }
    const kinds = KINDS.map(([kind]) => kind)
    rows.push(...kinds.map((kind) => rowOf(`${options.burst} at once ${what}, ${kind}`, kind, bursts, singles)))
  }
  return rows
}

function rowOf(name: string, kind: string, bursts: readonly Counted[], singles: readonly Counted[]): BenchRow {
  const per = (list: readonly Counted[]) => list.map((counted) => counted.get(kind) ?? 0)
  const values = per(bursts)
  const bases = per(singles)
  return {
    bench: 'calls',
    case: name,
    metric: 'HubSpot calls per 1,000 changes',
    value: Math.round(spread(values).median * 10) / 10,
    unit: 'calls',
    baseline: 'changes one after another',
    ratio: spread(values.map((value, round) => value / (bases[round] || Number.NaN))),
  }
}

/** Calls per 1,000 changes, by kind. */
type Counted = ReadonlyMap<string, number>

interface Moves {
  readonly stageId: string
  readonly mails: boolean
  readonly oneByOne: boolean
}

async function countCalls(
  stack: Stack,
  deals: readonly { dealId: string; address: string }[],
  { stageId, mails, oneByOne }: Moves,
): Promise<Counted> {
  stack.sandbox.journal.clear()
  for (const { dealId, address } of deals) {
    stack.sandbox.moveDeal(PORTAL, dealId, stageId)
    if (oneByOne && mails) await untilMailed(stack, [address])
    else if (oneByOne) await idle(stack)
  }
  const addresses = deals.map((deal) => deal.address)
  if (mails) await untilMailed(stack, addresses)
  await idle(stack, QUIET_MS)
  const paths = stack.sandbox.journal.entries.filter((entry) => entry.family !== 'oauth').map((entry) => entry.path)
  return new Map(KINDS.map(([kind, matches]) => [kind, (paths.filter(matches).length * 1000) / deals.length]))
}
