import type { Trx } from '#db/database.ts'
import type { Limit } from '#modules/limits/limit.ts'
import { capsOf, type FromSender } from './caps-of.ts'
import { readCaps } from './read-caps.ts'
import { lockAccountSender } from './repository.ts'

/** The caps of the mailboxes and sending domains that these mails come from. */
export async function readSenderLimits(
  trx: Trx,
  portalId: number,
  mails: readonly FromSender[],
  moment: { readonly now: Temporal.Instant; readonly timeZone: string | null },
): Promise<Limit[]> {
  return capsOf(await readCaps(trx, portalId), mails, moment)
}

/** What two workers count under, so that neither takes a place the other has taken; held until the transaction ends. */
export async function lockSenderLimits(trx: Trx, portalId: number): Promise<void> {
  await lockAccountSender(trx, portalId)
}
