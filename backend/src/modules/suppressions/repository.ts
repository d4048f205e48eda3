import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { SuppressionsTable } from '#db/tables.ts'

export type SuppressionReason = SuppressionsTable['reason']

/** False when the address was suppressed before; the first reason stays. */
export async function insertSuppression(
  trx: Trx,
  suppression: {
    portalId: number
    addressHash: Buffer
    address: string | null
    reason: SuppressionReason
    createdAt: Temporal.Instant
  },
): Promise<boolean> {
  const row = await trx
    .insertInto('suppressions')
    .values(suppression)
    .onConflict((conflict) => conflict.columns(['portalId', 'addressHash']).doNothing())
    .returning('reason')
    .executeTakeFirst()
  return row !== undefined
}

/** Keeps the hash of an address and forgets the address. */
export async function clearAddress(trx: Trx, portalId: number, addressHash: Buffer): Promise<void> {
  await trx
    .updateTable('suppressions')
    .set({ address: null })
    .where('portalId', '=', portalId)
    .where('addressHash', '=', addressHash)
    .execute()
}

export async function selectSuppressions(
  trx: Trx,
  portalId: number,
  hashes: readonly Buffer[],
): Promise<{ addressHash: Buffer; reason: SuppressionReason }[]> {
  return trx
    .selectFrom('suppressions')
    .where('portalId', '=', portalId)
    .where('addressHash', 'in', hashes)
    .select(['addressHash', 'reason'])
    .execute()
}

export interface LinkedContact {
  contactId: string
  hubspotContactId: string
  dealId: string
  /** Of the mail that carried the link. */
  sequenceName: string
  /** Where mails of this enrollment went, and where the person gets them now. */
  addresses: string[]
}

/**
 * The person behind an unsubscribe link: the contact of the enrollment whose mail carried it. Of records that went into others
 * those that stayed, for what ended before a merge keeps the ids it had.
 */
export async function findLinkedContact(
  trx: Trx,
  portalId: number,
  enrollmentId: string,
): Promise<LinkedContact | undefined> {
  const { rows } = await sql<LinkedContact>`
    select p.id as contact_id, p.contact_id as hubspot_contact_id, coalesce(m.merged_into, e.deal_id) as deal_id,
      s.name as sequence_name,
      array_remove(array(
        select distinct d.recipient from deliveries d
        where d.portal_id = ${portalId} and d.enrollment_id = e.id and d.recipient is not null
      ) || array[c.email, p.email], null) as addresses
    from enrollments e
    join sequences s on s.portal_id = e.portal_id and s.id = e.sequence_id
    join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
    join contacts p on p.portal_id = e.portal_id and p.id = coalesce(c.merged_into, c.id)
    left join deals m on m.portal_id = e.portal_id and m.deal_id = e.deal_id
    where e.portal_id = ${portalId} and e.id = ${enrollmentId}
  `.execute(trx)
  return rows[0]
}

/** Locks the contact's running enrollments, in id order like everybody who locks several. */
export async function lockRunningEnrollments(trx: Trx, portalId: number, contactId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('enrollments')
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .where('status', 'in', ['active', 'paused'])
    .select('id')
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map((row) => row.id)
}
