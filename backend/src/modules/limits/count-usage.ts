import type { Trx } from '#db/database.ts'
import { type Counted, type LimitScope, type Usage, usageKey } from './limit.ts'
import { selectUsage } from './repository.ts'

/**
 * The address of a mailbox, the portal's id, our id of a sequence or contact, a domain, or HubSpot's deal id, a space and a
 * domain.
 */
export interface CountedKey {
  readonly scope: LimitScope
  readonly key: string
}

/** A window as long as this or shorter is counted by the minute. Of a longer one a quarter of an hour is at most an eighth. */
const FINE = Temporal.Duration.from({ hours: 2 })

/**
 * What counts against each of `wanted`: mails that the server took, or may have taken, after `since`, and at `now` those on
 * their way. Mails of one minute (of a quarter of an hour, when two hours old) are told together at the moment of the last of
 * them: rounding never lets one more through.
 */
export async function countUsage(
  trx: Trx,
  portalId: number,
  wanted: readonly CountedKey[],
  period: { readonly since: Temporal.Instant; readonly now: Temporal.Instant },
): Promise<Usage> {
  const fineSince = period.now.subtract(FINE)
  const names = wanted.map(({ scope, key }) => usageKey(scope, key))
  const usage = new Map<string, Counted[]>()
  for (const { name, at, count } of await selectUsage(trx, portalId, names, { ...period, fineSince })) {
    const counted = usage.get(name) ?? []
    counted.push({ at, count })
    usage.set(name, counted)
  }
  return usage
}
