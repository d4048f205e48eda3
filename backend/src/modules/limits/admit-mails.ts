import type { Trx } from '#db/database.ts'
import { type CountedKey, type CountedScope, countUsage } from './count-usage.ts'
import { type DueMail, decideLimits, type LimitDecision } from './decide-limits.ts'
import { readRules } from './get-rules.ts'
import type { Limit, Usage } from './limit.ts'
import { longestWindow } from './longest-window.ts'
import { limitsOf, NO_RULES } from './rules.ts'
import { lockRules } from './rules-repository.ts'

/**
 * Decides which mails of a batch the portal's limits let go now, and until when the others wait. Call it in the transaction
 * that freezes those that go: it holds the lock of the portal's limits, so that no other worker counts the same free place
 * before these mails count as on their way. Empty when the portal has no limits: then all may go.
 */
export async function admitMails(
  trx: Trx,
  portalId: number,
  mails: readonly DueMail[],
  moment: { readonly now: Temporal.Instant; readonly timeZone: string | null },
): Promise<ReadonlyMap<string, LimitDecision>> {
  // Who keeps no limits waits for nobody.
  if (limitsOf(await readRules(trx, portalId)).length === 0) return new Map()
  const limits = limitsOf((await lockRules(trx, portalId)) ?? NO_RULES)
  if (limits.length === 0 || mails.length === 0) return new Map()
  const since = moment.now.subtract(longestWindow(limits))
  const usage = await countUsage(trx, portalId, wantedKeys(mails, limits), { since, now: moment.now })
  return decideLimits(mails, { limits, usage: untilNow(usage, moment.now), ...moment })
}

/** While we waited for the lock, or by another machine's clock, a mail may have been sent after our `now`: it counts too. */
function untilNow(usage: Usage, now: Temporal.Instant): Usage {
  const latest = (at: Temporal.Instant) => (Temporal.Instant.compare(at, now) > 0 ? now : at)
  return new Map(
    [...usage].map(([name, counted]) => [name, counted.map(({ at, count }) => ({ at: latest(at), count }))]),
  )
}

/** Only what a limit asks for, and the sequences: the one that was served longest ago begins. */
function wantedKeys(mails: readonly DueMail[], limits: readonly Limit[]): CountedKey[] {
  const scopes = new Set<CountedScope>(['sequence'])
  for (const { scope } of limits) if (isCounted(scope)) scopes.add(scope)
  const wanted = new Map<string, CountedKey>()
  for (const { keys } of mails) {
    for (const scope of scopes) {
      const key = keys[scope]
      if (key !== undefined) wanted.set(`${scope} ${key}`, { scope, key })
    }
  }
  return [...wanted.values()]
}

function isCounted(scope: Limit['scope']): scope is CountedScope {
  return scope !== 'mailbox' && scope !== 'sending_domain'
}
