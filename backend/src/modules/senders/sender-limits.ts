import type { Trx } from '#db/database.ts'
import type { Limit } from '#modules/limits/limit.ts'
import { capOn } from './cap-on.ts'
import { domainOf } from './domain-of.ts'
import { listDomainCaps, listSenderRecords, lockAccountSender } from './repository.ts'

/** A mail as far as its sender is concerned. */
export interface FromSender {
  /** Absent: of no sender that could have a cap. */
  readonly senderId?: string
  readonly keys: { readonly mailbox?: string }
}

/** The caps of the mailboxes and sending domains that these mails come from. */
export async function readSenderLimits(
  trx: Trx,
  portalId: number,
  mails: readonly FromSender[],
  { now, timeZone }: { readonly now: Temporal.Instant; readonly timeZone: string | null },
): Promise<Limit[]> {
  const addresses = new Map(
    mails.flatMap(({ senderId, keys }) => (senderId && keys.mailbox ? [[senderId, keys.mailbox]] : [])),
  )
  const domains = new Set([...addresses.values()].map(domainOf))
  const limits: Limit[] = []
  for (const sender of await listSenderRecords(trx, portalId)) {
    const key = addresses.get(sender.id)
    const max = capOn(sender, now, timeZone)
    if (key === undefined || max === null) continue
    const maxAt = (begin: Temporal.Instant) => capOn(sender, begin, timeZone) ?? max
    limits.push({ scope: 'mailbox', key, max, maxAt, window: { kind: 'day' } })
  }
  for (const { domain, dailyCap } of await listDomainCaps(trx, portalId)) {
    if (dailyCap !== null && domains.has(domain)) {
      limits.push({ scope: 'sending_domain', key: domain, max: dailyCap, window: { kind: 'day' } })
    }
  }
  return limits
}

/** What two workers count under, so that neither takes a place the other has taken; held until the transaction ends. */
export async function lockSenderLimits(trx: Trx, portalId: number): Promise<void> {
  await lockAccountSender(trx, portalId)
}
