import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** Queues mails that were just sent, by their step runs, where the portal logs mails; says whether any was queued. */
export async function insertMailRecords(
  trx: Trx,
  portalId: number,
  stepRunIds: readonly string[],
  at: Temporal.Instant,
): Promise<boolean> {
  const { rows } = await sql`
    insert into mail_records (portal_id, delivery_id, status, queued_at)
    select d.portal_id, d.id, 'pending', ${at}
    from hubspot_mail_settings s
    join deliveries d on d.portal_id = s.portal_id and d.step_run_id = any(${stepRunIds}::uuid[]) and d.status = 'accepted'
    where s.portal_id = ${portalId} and s.log_mails
    on conflict (portal_id, delivery_id) do nothing
    returning delivery_id
  `.execute(trx)
  return rows.length > 0
}

/** A sent mail with what its record needs; null where an erasure took it. HubSpot's ids. */
export interface MailToRecord {
  readonly deliveryId: string
  readonly mime: Buffer | null
  readonly subject: string | null
  readonly recipient: string | null
  readonly sentAt: Temporal.Instant
  readonly dealId: string
  readonly contactId: string
  /** It may be in HubSpot already: look for it before it is created. */
  readonly lookFirst: boolean
}

/**
 * Takes the oldest waiting records. From here on they count as sent to HubSpot, whatever happens: what a worker that died left
 * behind is not known and never sent again.
 */
export async function takeRecords(
  trx: Trx,
  portalId: number,
  limit: number,
  at: Temporal.Instant,
): Promise<MailToRecord[]> {
  await trx
    .updateTable('mailRecords')
    .set({ status: 'unknown', reason: 'Stagecue stopped before HubSpot’s answer.', settledAt: at })
    .where('portalId', '=', portalId)
    .where('status', '=', 'sending')
    .execute()
  const { rows } = await sql<MailToRecord>`
    with taken as (
      update mail_records r set status = 'sending'
      where r.portal_id = ${portalId} and r.delivery_id in (
        select delivery_id from mail_records where portal_id = ${portalId} and status = 'pending'
        order by queued_at, delivery_id limit ${limit}
      )
      returning r.delivery_id, r.look_first
    )
    select t.look_first, d.id as delivery_id, d.mime, d.subject, d.recipient, coalesce(d.settled_at, d.created_at) as sent_at, e.deal_id, c.contact_id
    from taken t
    join deliveries d on d.portal_id = ${portalId} and d.id = t.delivery_id
    join enrollments e on e.portal_id = d.portal_id and e.id = d.enrollment_id
    join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
    order by d.settled_at, d.id
  `.execute(trx)
  return rows
}

export interface SettledRecord {
  readonly deliveryId: string
  readonly status: 'pending' | 'written' | 'refused' | 'unknown'
  readonly emailId?: string | null
  /** Of a pending one: why HubSpot did not take it; it goes behind those that have not been tried. */
  readonly reason?: string
  readonly lookFirst?: boolean
}

/** An answer that comes after another worker gave the record up still counts. */
export async function settleRecord(
  trx: Trx,
  portalId: number,
  { deliveryId, status, emailId = null, reason, lookFirst = false }: SettledRecord,
  at: Temporal.Instant,
): Promise<void> {
  await trx
    .updateTable('mailRecords')
    .set({ status, emailId, reason: reason ?? null, lookFirst, settledAt: status === 'pending' ? null : at })
    .$if(status === 'pending' && reason !== undefined, (update) => update.set({ queuedAt: at }))
    .where('portalId', '=', portalId)
    .where('deliveryId', '=', deliveryId)
    .where('status', 'in', status === 'pending' ? ['sending'] : ['sending', 'unknown'])
    .execute()
}

export async function hasPendingRecords(trx: Trx, portalId: number): Promise<boolean> {
  const row = await trx
    .selectFrom('mailRecords')
    .where('portalId', '=', portalId)
    .where('status', '=', 'pending')
    .select('deliveryId')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function dropPendingRecords(trx: Trx, portalId: number): Promise<void> {
  await trx.deleteFrom('mailRecords').where('portalId', '=', portalId).where('status', '=', 'pending').execute()
}
