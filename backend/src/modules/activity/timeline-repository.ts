import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { TimelineEvent } from './timeline-events.ts'

/** An entry with what its sentence needs; names are read when it is sent, so that the queue holds none. */
export interface PendingEntry {
  id: string
  eventType: TimelineEvent
  objectType: 'deal' | 'contact'
  objectId: string
  properties: Record<string, string | number>
  occurredAt: Temporal.Instant
  dealName: string | null
  contactName: string | null
  stepCount: number | null
  source: 'stage' | 'manual' | null
}

/** The oldest pending entries of the portal. */
export async function listPendingEntries(trx: Trx, portalId: number, limit: number): Promise<PendingEntry[]> {
  const { rows } = await sql<PendingEntry>`
    with oldest as materialized (
      select * from timeline_entries where portal_id = ${portalId} and status = 'pending' order by occurred_at, id limit ${limit}
    )
    select t.id, t.event_type, t.object_type, t.object_id, t.properties, t.occurred_at, d.name as deal_name,
      nullif(concat_ws(' ', c.first_name, c.last_name), '') as contact_name, e.step_count, e.source
    from oldest t
    left join deals d on d.portal_id = ${portalId} and d.deal_id = t.properties ->> 'dealId'
    left join contacts c on c.portal_id = ${portalId} and c.contact_id = t.properties ->> 'contactId'
    left join enrollments e on e.portal_id = ${portalId} and e.id = (t.properties ->> 'enrollmentId')::uuid
    order by t.occurred_at, t.id
  `.execute(trx)
  return rows
}

export async function hasPendingEntries(trx: Trx, portalId: number): Promise<boolean> {
  const row = await trx
    .selectFrom('timelineEntries')
    .where('portalId', '=', portalId)
    .where('status', '=', 'pending')
    .select('id')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function markPublished(trx: Trx, portalId: number, ids: string[], at: Temporal.Instant): Promise<void> {
  await trx
    .updateTable('timelineEntries')
    .set({ status: 'published', publishedAt: at, reason: null })
    .where('portalId', '=', portalId)
    .where('id', 'in', ids)
    .where('status', '=', 'pending')
    .execute()
}

export async function markFailed(trx: Trx, portalId: number, ids: string[], reason: string): Promise<void> {
  await trx
    .updateTable('timelineEntries')
    .set({ status: 'failed', reason })
    .where('portalId', '=', portalId)
    .where('id', 'in', ids)
    .where('status', '=', 'pending')
    .execute()
}

/** Gives up what has waited since before this moment, or of that only these. */
export async function markFailedBefore(
  trx: Trx,
  portalId: number,
  before: Temporal.Instant,
  { only, reason }: { only: readonly string[] | undefined; reason: string },
): Promise<void> {
  if (only?.length === 0) return
  await trx
    .updateTable('timelineEntries')
    .set({ status: 'failed', reason })
    .where('portalId', '=', portalId)
    .where('status', '=', 'pending')
    .where('occurredAt', '<', before)
    .$if(only !== undefined, (query) => query.where('id', 'in', only ?? []))
    .execute()
}
