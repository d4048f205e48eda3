import type { Trx } from '#db/database.ts'
import { lockSenderLimits, readSenderLimits } from '#modules/senders/sender-limits.ts'
import { type CountedKey, countUsage } from './count-usage.ts'
import { type DueMail, decideLimits, type LimitDecision } from './decide-limits.ts'
import { readRules } from './get-rules.ts'
import type { Limit, LimitScope, Usage } from './limit.ts'
import { longestWindow } from './longest-window.ts'
import { limitsOf, NO_RULES } from './rules.ts'
import { lockRules } from './rules-repository.ts'

/**
 * Decides which mails of a batch the limits of the portal and its senders let go now, and until when the others wait. Call it
 * in the transaction that freezes those that go: it holds the lock of those limits, so that no other worker counts the same
 * free place before these mails count as on their way. Empty when there are none: then all may go.
 */
export async function admitMails(
  trx: Trx,
  portalId: number,
  mails: readonly DueMail[],
  moment: { readonly now: Temporal.Instant; readonly timeZone: string | null },
): Promise<ReadonlyMap<string, LimitDecision>> {
  const senders = await readSenderLimits(trx, portalId, mails, moment)
  // Who keeps no limits waits for nobody.
  if (senders.length === 0 && limitsOf(await readRules(trx, portalId)).length === 0) return new Map()
  // Always in this order: a portal may have caps and no row of rules to lock, or the other way round.
  if (senders.length > 0) await lockSenderLimits(trx, portalId)
  const rules = limitsOf((await lockRules(trx, portalId)) ?? NO_RULES)
  const limits = [...rules, ...(senders.length > 0 ? await readSenderLimits(trx, portalId, mails, moment) : [])]
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
  const scopes = new Set<LimitScope>(['sequence', ...limits.map(({ scope }) => scope)])
  const wanted = new Map<string, CountedKey>()
  for (const { keys } of mails) {
    for (const scope of scopes) {
      const key = keys[scope]
      if (key !== undefined) wanted.set(`${scope} ${key}`, { scope, key })
    }
  }
  return [...wanted.values()]
}
