import type { MailingStack } from './mailing-stack.ts'
import { type BenchRow, spread } from './row.ts'

/** What the calls read. */
const KINDS: readonly (readonly [kind: string, matches: (path: string) => boolean])[] = [
  ['deals', (path) => path.includes('/deals/batch/read')],
  ['associations', (path) => path.includes('/associations/')],
  ['contacts', (path) => path.includes('/objects/') && path.includes('/contacts/batch/read')],
  ['all reads', () => true],
]

/** Mails of the baseline, each sent before the next is due. */
const SINGLES = 10

/**
 * HubSpot calls per 1,000 sends that the check right before a mail costs, from the stand-in's own journal: all mails of one
 * account due in one burst, against one after another. Calls that write the timeline or renew tokens are not counted.
 */
export async function benchChecks(
  mailing: MailingStack,
  options: { burst: number; rounds: number },
): Promise<BenchRow[]> {
  const { burst, rounds } = options
  const bursts: Counted[] = []
  const singles: Counted[] = []
  for (let round = 0; round < rounds; round++) {
    singles.push(await countCalls(mailing, SINGLES, 1))
    bursts.push(await countCalls(mailing, 1, burst))
  }
  return KINDS.map(([kind]) => {
    const values = bursts.map((counted) => counted.get(kind) ?? 0)
    return {
      bench: 'checks',
      case: `${burst} mails due at once, reading ${kind}`,
      metric: 'HubSpot calls per 1,000 sends',
      value: Math.round(spread(values).median * 10) / 10,
      unit: 'calls',
      baseline: 'mails one after another',
      ratio: spread(values.map((value, round) => value / (singles[round]?.get(kind) || Number.NaN))),
    }
  })
}

type Counted = ReadonlyMap<string, number>

/** `times` bursts of `mails` in the first account, each over before the next. */
async function countCalls({ stack, portals, sendDue }: MailingStack, times: number, mails: number): Promise<Counted> {
  stack.sandbox.journal.clear()
  for (let time = 0; time < times; time++) await sendDue(portals.slice(0, 1), mails)
  const paths = stack.sandbox.journal.entries
    .filter((entry) => entry.family !== 'oauth' && !entry.path.includes('/timeline/'))
    .map((entry) => entry.path)
  return new Map(KINDS.map(([kind, matches]) => [kind, (paths.filter(matches).length * 1000) / (times * mails)]))
}
