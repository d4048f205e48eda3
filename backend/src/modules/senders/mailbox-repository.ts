import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** A sender's mailbox and how far it was read. */
export interface MailboxRecord {
  readonly imapHost: string | null
  readonly imapPort: number | null
  readonly imapTls: 'tls' | 'starttls' | null
  readonly imapUser: string | null
  /** Sealed. */
  readonly imapPassword: string | null
  /** Why it could not be read last; null when it could. */
  readonly imapProblem: string | null
  /** 0 before the first look. */
  readonly imapUidValidity: number
  readonly imapLastUid: number
}

export async function findMailbox(trx: Trx, portalId: number, senderId: string): Promise<MailboxRecord | undefined> {
  return trx
    .selectFrom('senders')
    .where('portalId', '=', portalId)
    .where('id', '=', senderId)
    .select(['imapHost', 'imapPort', 'imapTls', 'imapUser', 'imapPassword', 'imapProblem'])
    .select(['imapUidValidity', 'imapLastUid'])
    .executeTakeFirst()
}

/** How far a mailbox was read; not when it was exchanged for another one meanwhile. */
export async function setPosition(
  trx: Trx,
  portalId: number,
  senderId: string,
  mailbox: Pick<MailboxRecord, 'imapHost' | 'imapUser'>,
  position: Pick<MailboxRecord, 'imapUidValidity' | 'imapLastUid'>,
): Promise<void> {
  await trx
    .updateTable('senders')
    .set(position)
    .where('portalId', '=', portalId)
    .where('id', '=', senderId)
    .where('imapHost', '=', mailbox.imapHost)
    .where('imapUser', '=', mailbox.imapUser)
    .execute()
}

export async function resetPosition(trx: Trx, portalId: number, senderId: string): Promise<void> {
  await trx
    .updateTable('senders')
    .set({ imapUidValidity: 0, imapLastUid: 0 })
    .where('portalId', '=', portalId)
    .where('id', '=', senderId)
    .execute()
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
