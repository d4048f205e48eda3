import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { SenderRecord } from './sender-record.ts'

/** All senders of a portal: the default first, then by address. */
export async function listSenderRecords(trx: Trx, portalId: number): Promise<SenderRecord[]> {
  const { rows } = await sql<SenderRecord>`
    select s.id, s.address, s.from_name, s.reply_to, s.signature, s.smtp_host, s.smtp_port, s.smtp_tls, s.smtp_user, s.smtp_password,
      s.imap_host, s.imap_port, s.imap_tls, s.imap_user, s.imap_password, s.imap_problem,
      s.imap_passed_over, s.imap_passed_over_at, s.imap_passed_over_why, s.daily_cap, s.ramp_start, s.ramp_step, s.ramp_since, s.active, s.is_default, s.problem, coalesce(d.proven, false) as proven
    from senders s
    left join sending_domains d on d.portal_id = s.portal_id and d.domain = split_part(s.address, '@', 2)
    where s.portal_id = ${portalId} order by s.is_default desc, s.address nulls first
  `.execute(trx)
  return rows
}

/** Which owner's deals a sender writes for: as linked by hand, else by the same address as long as HubSpot has the owner. By HubSpot's owner id. */
export async function listOwnerLinks(trx: Trx, portalId: number): Promise<{ ownerId: string; senderId: string }[]> {
  const { rows } = await sql<{ ownerId: string; senderId: string }>`
    select o.owner_id, s.id as sender_id
    from owners o join senders s on s.portal_id = o.portal_id
      and ((o.linked_by_hand and s.id = o.sender_id) or (not o.linked_by_hand and s.address = o.email))
    where o.portal_id = ${portalId} and (o.linked_by_hand or not o.archived)
  `.execute(trx)
  return rows
}

/** The lock that mails are counted under when senders have caps: the account's own sender, which always exists. */
export async function lockAccountSender(trx: Trx, portalId: number): Promise<void> {
  await trx
    .selectFrom('senders')
    .where('portalId', '=', portalId)
    .where('address', 'is', null)
    .select('id')
    // Mails that name the sender hold a key share of it, which this lets them.
    .forNoKeyUpdate()
    .execute()
}

export interface DomainCap {
  readonly domain: string
  readonly dailyCap: number | null
}

export async function listDomainCaps(trx: Trx, portalId: number): Promise<DomainCap[]> {
  return trx
    .selectFrom('sendingDomains')
    .where('portalId', '=', portalId)
    .where('dailyCap', 'is not', null)
    .select(['domain', 'dailyCap'])
    .execute()
}

type StoredFields =
  | 'fromName'
  | 'replyTo'
  | 'signature'
  | 'smtpHost'
  | 'smtpPort'
  | 'smtpTls'
  | 'smtpUser'
  | 'smtpPassword'
  | 'imapHost'
  | 'imapPort'
  | 'imapTls'
  | 'imapUser'
  | 'imapPassword'
  | 'imapProblem'
  | 'dailyCap'
  | 'rampStart'
  | 'rampStep'
  | 'rampSince'
  | 'active'
  | 'problem'
export type SenderChange = Pick<SenderRecord, StoredFields>

/** False when another sender has the address. */
export async function insertSender(
  trx: Trx,
  portalId: number,
  sender: SenderChange & { readonly id: string; readonly address: string },
  now: Temporal.Instant,
): Promise<boolean> {
  const row = await trx
    .insertInto('senders')
    .values({ portalId, ...sender, createdAt: now, updatedAt: now })
    .onConflict((conflict) => conflict.columns(['portalId', 'address']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function updateSender(
  trx: Trx,
  portalId: number,
  id: string,
  change: Partial<SenderChange>,
  now: Temporal.Instant,
): Promise<void> {
  await trx
    .updateTable('senders')
    .set({ ...change, updatedAt: now })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .execute()
}

/** Two statements: the index allows one default at any moment. */
export async function moveDefault(trx: Trx, portalId: number, id: string, now: Temporal.Instant): Promise<void> {
  const ofPortal = trx.updateTable('senders').where('portalId', '=', portalId)
  await ofPortal.set({ isDefault: false, updatedAt: now }).where('isDefault', '=', true).execute()
  await ofPortal.set({ isDefault: true, updatedAt: now }).where('id', '=', id).execute()
}

/** The server's words, or null again; false when they are there already. */
export async function setProblem(trx: Trx, portalId: number, id: string, problem: string | null): Promise<boolean> {
  const row = await trx
    .updateTable('senders')
    .set({ problem })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .where('problem', 'is distinct from', problem)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** How many senders lost a password by it; they are switched off. */
export async function eraseSecrets(
  trx: Trx,
  portalId: number,
  problem: string,
  now: Temporal.Instant,
): Promise<number> {
  const rows = await trx
    .updateTable('senders')
    .set({ smtpPassword: null, active: false, problem, updatedAt: now })
    .where('portalId', '=', portalId)
    .where('smtpPassword', 'is not', null)
    .returning('id')
    .execute()
  await trx
    .updateTable('senders')
    .set({ imapPassword: null, imapProblem: problem, updatedAt: now })
    .where('portalId', '=', portalId)
    .where('imapPassword', 'is not', null)
    .execute()
  return rows.length
}
