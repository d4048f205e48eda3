import type { Trx } from '#db/database.ts'
import { normalizeAddress } from '#mail/address.ts'
import { accountAddress } from '#modules/senders/account-address.ts'
import { findContactOfDeal, isOwnAddress, type MailedEnrollment } from './repository.ts'

/** Whoever answered a mail of ours, as far as the address in From tells. */
export type Answerer =
  | { readonly kind: 'contact' }
  /** Another contact who was enrolled through the deal. */
  | { readonly kind: 'other_contact'; readonly contact: OtherContact }
  /** A sender or owner of the account, or who configures it. */
  | { readonly kind: 'team' }
  /** Nobody we know: somebody the mail was passed on to, or the contact with another address. */
  | { readonly kind: 'someone' }

export interface OtherContact {
  /** Our id of the contact. */
  readonly contactId: string
  readonly hubspotContactId: string
  readonly enrollmentId: string
}

/**
 * Who answered a mail that went to `recipient`. From can be forged, by somebody who has seen the mail: the worst that comes of it is
 * that a sequence stops, or that an answer is told and stops nothing. Of an erased contact no address is left to compare.
 */
export async function findAnswerer(
  trx: Trx,
  { portalId, mailDomain }: { readonly portalId: number; readonly mailDomain: string },
  from: string,
  { enrollment, recipient }: { readonly enrollment: MailedEnrollment; readonly recipient: string | null },
): Promise<Answerer> {
  const known = [recipient, enrollment.email].flatMap((address) => (address === null ? [] : [mailboxOf(address)]))
  const address = normalizeAddress(from) ?? from
  if (known.length === 0 || known.includes(mailboxOf(address))) return { kind: 'contact' }
  if (address === accountAddress(portalId, mailDomain) || (await isOwnAddress(trx, portalId, address))) {
    return { kind: 'team' }
  }
  const contact = await findContactOfDeal(trx, portalId, enrollment.dealId, address)
  return contact ? { kind: 'other_contact', contact } : { kind: 'someone' }
}

/** Without what stands behind a "+": a program may answer from the mailbox's plain address (RFC 5233). */
function mailboxOf(text: string): string {
  const address = normalizeAddress(text) ?? text.toLowerCase()
  return address.replace(/\+[^@]*(?=@)/, '')
}
