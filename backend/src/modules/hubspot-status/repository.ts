import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { StatusSettingsTable, StatusWritesTable } from '#db/tables.ts'
import type { EnrollmentStatus, StopReason } from '#shared/vocabulary.ts'

export type StatusSetting = Pick<
  StatusSettingsTable,
  'enabled' | 'changedAt' | 'changedBy' | 'propertiesAt' | 'problem'
>

/** What was saved, with the scopes HubSpot granted; undefined for a portal that never connected. */
export interface StatusState {
  readonly scopes: string[]
  readonly setting: StatusSetting | null
}

export async function findStatusState(trx: Trx, portalId: number): Promise<StatusState | undefined> {
  const row = await trx
    .selectFrom('installations as i')
    .leftJoin('statusSettings as s', 's.portalId', 'i.portalId')
    .where('i.portalId', '=', portalId)
    .select(['i.scopes', 's.enabled', 's.changedAt', 's.changedBy', 's.propertiesAt', 's.problem'])
    .executeTakeFirst()
  if (!row) return undefined
  const { scopes, enabled, changedAt, changedBy, propertiesAt, problem } = row
  const saved = enabled !== null && changedAt !== null
  return { scopes, setting: saved ? { enabled, changedAt, changedBy, propertiesAt, problem } : null }
}

/** Saves the switch. The properties are looked at anew, and what stood in the way is forgotten. */
export async function upsertSetting(
  trx: Trx,
  portalId: number,
  setting: Pick<StatusSetting, 'enabled' | 'changedAt' | 'changedBy'>,
): Promise<void> {
  await trx
    .insertInto('statusSettings')
    .values({ portalId, ...setting, propertiesAt: null, problem: null })
    .onConflict((conflict) =>
      conflict.column('portalId').doUpdateSet({ ...setting, propertiesAt: null, problem: null }),
    )
    .execute()
}

export async function setProperties(trx: Trx, portalId: number, at: Temporal.Instant | null): Promise<void> {
  await trx.updateTable('statusSettings').set({ propertiesAt: at }).where('portalId', '=', portalId).execute()
}

export async function setProblem(trx: Trx, portalId: number, problem: string | null): Promise<void> {
  await trx.updateTable('statusSettings').set({ problem }).where('portalId', '=', portalId).execute()
}

/** Queues every record that was ever enrolled, whatever was written before; returns how many. */
export async function queueAllRecords(trx: Trx, portalId: number, now: Temporal.Instant): Promise<number> {
  const { rows } = await sql<{ records: number }>`
    with queued as (
      insert into status_writes (portal_id, object_type, object_id, changed_at)
      select e.portal_id, 'deal', e.deal_id, ${now}::timestamptz from enrollments e where e.portal_id = ${portalId} group by 1, 3
      union all
      select e.portal_id, 'contact', c.contact_id, ${now}::timestamptz from enrollments e
      join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id and not c.deleted
      where e.portal_id = ${portalId} group by 1, 3
      on conflict (portal_id, object_type, object_id) do update
        set revision = status_writes.revision + 1, pending = true, value = null, changed_at = excluded.changed_at
      returning 1
    )
    select count(*) as records from queued
  `.execute(trx)
  return rows[0]?.records ?? 0
}

export async function dropQueue(trx: Trx, portalId: number): Promise<void> {
  await trx
    .updateTable('statusWrites')
    .set({ pending: false })
    .where('portalId', '=', portalId)
    .where('pending', '=', true)
    .execute()
}

/** How many records wait, how many HubSpot refused, and when it took the last. */
export async function countWrites(
  trx: Trx,
  portalId: number,
): Promise<{ waiting: number; refused: number; lastWrittenAt: Temporal.Instant | null }> {
  const row = await trx
    .selectFrom('statusWrites')
    .where('portalId', '=', portalId)
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere('pending', '=', true).as('waiting'),
      eb.fn.countAll<number>().filterWhere('reason', 'is not', null).as('refused'),
      eb.fn.max('writtenAt').as('lastWrittenAt'),
    ])
    .executeTakeFirst()
  return row ?? { waiting: 0, refused: 0, lastWrittenAt: null }
}

export type PendingWrite = Pick<StatusWritesTable, 'objectType' | 'objectId'> & {
  revision: number
  value: Record<string, string> | null
}

/** Those of one type that have waited longest. */
export async function listPendingWrites(
  trx: Trx,
  portalId: number,
  objectType: PendingWrite['objectType'],
  limit: number,
): Promise<PendingWrite[]> {
  return trx
    .selectFrom('statusWrites')
    .where('portalId', '=', portalId)
    .where('objectType', '=', objectType)
    .where('pending', '=', true)
    .select(['objectType', 'objectId', 'revision', 'value'])
    .orderBy('changedAt')
    .orderBy('objectId')
    .limit(limit)
    .execute()
}

export interface EnrollmentFacts {
  objectType: PendingWrite['objectType']
  objectId: string
  status: EnrollmentStatus
  stopReason: StopReason | null
  /** The last thing the log tells of the contact's answer to it, which may have come after its end. */
  told: string | null
  sequenceName: string
  enrolledAt: Temporal.Instant
  endedAt: Temporal.Instant | null
  nextStepAt: Temporal.Instant | null
  lastSentAt: Temporal.Instant | null
}

/** Every enrollment of these contacts and through these deals (HubSpot's ids), and of what was merged into them, in one statement. */
export async function listEnrollmentFacts(
  trx: Trx,
  portalId: number,
  of: { contactIds: readonly string[]; dealIds: readonly string[] },
): Promise<EnrollmentFacts[]> {
  const { rows } = await sql<EnrollmentFacts>`
    with concerned as (
      select 'contact' as object_type, c.contact_id as object_id, e.* from contacts c
      cross join lateral (
        select c.id union all select m.id from contacts m where m.portal_id = ${portalId} and m.merged_into = c.id
      ) as person (id)
      join enrollments e on e.portal_id = ${portalId} and e.contact_id = person.id
      where c.portal_id = ${portalId} and c.contact_id = any(${of.contactIds}::text[])
      union all
      select 'deal', told.deal_id, e.* from unnest(${of.dealIds}::text[]) as told (deal_id)
      cross join lateral (
        select told.deal_id union all select m.deal_id from deals m where m.portal_id = ${portalId} and m.merged_into = told.deal_id
      ) as deal (id)
      join enrollments e on e.portal_id = ${portalId} and e.deal_id = deal.id
    )
    select e.object_type, e.object_id, e.status, e.stop_reason, s.name as sequence_name, e.enrolled_at, e.ended_at,
      (select a.kind from activities a where a.portal_id = ${portalId} and a.deal_id = e.deal_id and a.enrollment_id = e.id
        and a.kind in ('contact.unsubscribed', 'contact.replied', 'contact.bounced', 'contact.complained')
        order by a.at desc limit 1) as told,
      (select min(coalesce(r.deadline, r.due_at)) from step_runs r
        where r.portal_id = ${portalId} and r.enrollment_id = e.id and r.status = 'scheduled') as next_step_at,
      (select max(r.settled_at) from step_runs r
        where r.portal_id = ${portalId} and r.enrollment_id = e.id and r.status = 'sent') as last_sent_at
    from concerned e
    join sequences s on s.portal_id = ${portalId} and s.id = e.sequence_id
  `.execute(trx)
  return rows
}

/**
 * Those of these writes whose record went into another one, or is called otherwise since. HubSpot's ids of such records lead to
 * the other one: what they said would be written over its values.
 */
export async function listMergedWrites(
  trx: Trx,
  portalId: number,
  writes: readonly PendingWrite[],
): Promise<Pick<PendingWrite, 'objectType' | 'objectId'>[]> {
  const { rows } = await sql<Pick<PendingWrite, 'objectType' | 'objectId'>>`
    select w.object_type, w.object_id
    from unnest(${writes.map((write) => write.objectType)}::text[], ${writes.map((write) => write.objectId)}::text[])
      as w (object_type, object_id)
    where case w.object_type
      when 'contact' then not exists (
        select from contacts c where c.portal_id = ${portalId} and c.contact_id = w.object_id and c.merged_into is null)
      else exists (
        select from deals d where d.portal_id = ${portalId} and d.deal_id = w.object_id and d.merged_into is not null)
    end
  `.execute(trx)
  return rows
}

/** There is nothing to write for these any more. */
export async function dropWrites(trx: Trx, portalId: number, writes: readonly PendingWrite[]): Promise<void> {
  if (writes.length === 0) return
  await sql`
    delete from status_writes w
    using unnest(${writes.map((write) => write.objectType)}::text[], ${writes.map((write) => write.objectId)}::text[])
      as s (object_type, object_id)
    where w.portal_id = ${portalId} and w.object_type = s.object_type and w.object_id = s.object_id
  `.execute(trx)
}

export interface SettledWrite {
  readonly objectType: PendingWrite['objectType']
  readonly objectId: string
  readonly revision: number
  /** What HubSpot has now; null when it refused. */
  readonly value: Readonly<Record<string, string>> | null
  readonly reason: string | null
}

/** Settles what was seen: a record that changed meanwhile stays queued, though HubSpot has the value seen. */
export async function settleWrites(
  trx: Trx,
  portalId: number,
  settled: readonly SettledWrite[],
  now: Temporal.Instant,
): Promise<void> {
  if (settled.length === 0) return
  await sql`
    update status_writes w set pending = w.revision <> s.revision, value = s.value, reason = s.reason,
      written_at = case when s.reason is null then ${now}::timestamptz else w.written_at end
    from jsonb_to_recordset(${JSON.stringify(settled.map(toRow))}::jsonb)
      as s (object_type text, object_id text, revision integer, value jsonb, reason text)
    where w.portal_id = ${portalId} and w.object_type = s.object_type and w.object_id = s.object_id
  `.execute(trx)
}

function toRow({ objectType, objectId, revision, value, reason }: SettledWrite) {
  return { object_type: objectType, object_id: objectId, revision, value, reason }
}

/** Locks these rows in the order in which changes take them: before the lane, as those do. */
export async function lockWrites(trx: Trx, portalId: number, writes: readonly PendingWrite[]): Promise<void> {
  await sql`
    select from status_writes w
    join unnest(${writes.map((write) => write.objectType)}::text[], ${writes.map((write) => write.objectId)}::text[])
      as s (object_type, object_id) on s.object_type = w.object_type and s.object_id = w.object_id
    where w.portal_id = ${portalId} order by w.object_type, w.object_id for update of w
  `.execute(trx)
}

export async function hasPendingWrites(trx: Trx, portalId: number): Promise<boolean> {
  const row = await trx
    .selectFrom('statusWrites')
    .where('portalId', '=', portalId)
    .where('pending', '=', true)
    .select('objectId')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
