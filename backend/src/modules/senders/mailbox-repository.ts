import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** A sender's mailbox and how far it was read. */
export interface MailboxRecord {
  readonly address: string | null
  readonly imapHost: string | null
  readonly imapPort: number | null
  readonly imapTls: 'tls' | 'starttls' | null
  readonly imapUser: string | null
  /** Sealed. */
  readonly imapPassword: string | null
  /** 0 before the first look. */
  readonly imapUidValidity: number
  readonly imapLastUid: number
  /** How often the mail after `imapLastUid` failed. */
  readonly imapTries: number
  /** When the first look began that read all there was. */
  readonly imapBegunAt: Temporal.Instant | null
  /** The same of the last one, to the hour. */
  readonly imapLookedAt: Temporal.Instant | null
}

type Position = Pick<MailboxRecord, 'imapUidValidity' | 'imapLastUid' | 'imapTries'>

export async function findMailbox(trx: Trx, portalId: number, senderId: string): Promise<MailboxRecord | undefined> {
  return trx
    .selectFrom('senders')
    .where('portalId', '=', portalId)
    .where('id', '=', senderId)
    .select(['address', 'imapHost', 'imapPort', 'imapTls', 'imapUser', 'imapPassword'])
    .select(['imapUidValidity', 'imapLastUid', 'imapTries', 'imapBegunAt', 'imapLookedAt'])
    .executeTakeFirst()
}

/** How far a mailbox was read; false when it was exchanged for another one meanwhile. */
export async function setPosition(
  trx: Trx,
  portalId: number,
  senderId: string,
  mailbox: Pick<MailboxRecord, 'imapHost' | 'imapUser'>,
  position: Position,
): Promise<boolean> {
  const row = await trx
    .updateTable('senders')
    .set(position)
    .where('portalId', '=', portalId)
    .where('id', '=', senderId)
    .where('imapHost', '=', mailbox.imapHost)
    .where('imapUser', '=', mailbox.imapUser)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Of another mailbox nothing is known. */
export async function resetPosition(trx: Trx, portalId: number, senderId: string): Promise<void> {
  await trx
    .updateTable('senders')
    .set({ imapUidValidity: 0, imapLastUid: 0, imapTries: 0, imapBegunAt: null, imapLookedAt: null })
    .set({ imapPassedOver: 0, imapPassedOverAt: null, imapPassedOverWhy: null })
    .where('portalId', '=', portalId)
    .where('id', '=', senderId)
    .execute()
}

/** All that was there at this moment was read. Written once an hour: a look a minute would leave a dead row a minute. */
export async function setLookedAt(trx: Trx, portalId: number, senderId: string, at: Temporal.Instant): Promise<void> {
  await sql`
    update senders set imap_looked_at = ${at}, imap_begun_at = coalesce(imap_begun_at, ${at})
    where portal_id = ${portalId} and id = ${senderId}
      and (imap_looked_at is null or imap_looked_at < ${at}::timestamptz - interval '1 hour')
  `.execute(trx)
}

export async function notePassedOver(
  trx: Trx,
  portalId: number,
  senderId: string,
  { at, why }: { readonly at: Temporal.Instant; readonly why: string },
): Promise<void> {
  await sql`
    update senders set imap_passed_over = imap_passed_over + 1, imap_passed_over_at = ${at}, imap_passed_over_why = ${why}
    where portal_id = ${portalId} and id = ${senderId}
  `.execute(trx)
}

export async function setMailboxProblem(
  trx: Trx,
  portalId: number,
  senderId: string,
  imapProblem: string | null,
): Promise<void> {
  await sql`
    update senders set imap_problem = ${imapProblem}
    where portal_id = ${portalId} and id = ${senderId} and imap_problem is distinct from ${imapProblem}
  `.execute(trx)
}
