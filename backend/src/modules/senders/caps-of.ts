import type { Limit } from '#modules/limits/limit.ts'
import { capOn } from './cap-on.ts'
import { domainOf } from './domain-of.ts'
import type { SenderRecord } from './sender-record.ts'

/** A mail as far as its sender is concerned. */
export interface FromSender {
  /** Absent: of no sender that could have a cap. */
  readonly senderId?: string
  readonly keys: { readonly mailbox?: string }
}

/** Everything that caps mails by whom they come from. */
export interface SenderCaps {
  readonly senders: readonly SenderRecord[]
  readonly domains: readonly { readonly domain: string; readonly dailyCap: number | null }[]
}

/** The caps of the mailboxes and sending domains that these mails come from. Pure. */
export function capsOf(
  { senders, domains }: SenderCaps,
  mails: readonly FromSender[],
  { now, timeZone }: { readonly now: Temporal.Instant; readonly timeZone: string | null },
): Limit[] {
  const addresses = new Map(
    mails.flatMap(({ senderId, keys }) => (senderId && keys.mailbox ? [[senderId, keys.mailbox]] : [])),
  )
  const used = new Set([...addresses.values()].map(domainOf))
  const limits: Limit[] = []
  for (const sender of senders) {
    const key = addresses.get(sender.id)
    const max = capOn(sender, now, timeZone)
    if (key === undefined || max === null) continue
    const maxAt = (begin: Temporal.Instant) => capOn(sender, begin, timeZone) ?? max
    limits.push({ scope: 'mailbox', key, max, maxAt, window: { kind: 'day' } })
  }
  for (const { domain, dailyCap } of domains) {
    if (dailyCap !== null && used.has(domain)) {
      limits.push({ scope: 'sending_domain', key: domain, max: dailyCap, window: { kind: 'day' } })
    }
  }
  return limits
}
