import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { LateMailGroup } from '#shared/contract/limits.ts'

/** Of run `r` and enrollment `e`: a mail that waits because it is late, and whose enrollment could go on. */
const WAITS = sql<boolean>`(r.status = 'held' and r.held_for in ('late', 'restored')
  and (e.status = 'active' or (e.status = 'completed' and r.epoch > 1)))`

/** Of contact `c`. */
const CONTACT_NAME = sql<string>`coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.email, 'Contact ' || c.contact_id)`

export interface LockedLateMail {
  readonly id: string
  readonly why: string
  readonly contactName: string
}

export interface LateMailRow {
  readonly stepRunId: string
  readonly dealId: string
  readonly dealName: string | null
  readonly contactName: string
  readonly sequenceName: string
  readonly position: number
  readonly plannedFor: Temporal.Instant
  readonly why: string
}

/**
 * Of run `r` and enrollment `e`: it waited already at a moment, in the same way; with null any does. A resumed enrollment brings
 * its mail back among those that wait, so it counts from then on.
 */
const waitedAt = (moment: Temporal.Instant | null) => sql<boolean>`(${moment}::timestamptz is null
  or (coalesce(r.held_at, r.planned_for) <= ${moment}::timestamptz and e.updated_at <= ${moment}::timestamptz))`

/** How many wait; with a moment, of those that waited at it. */
export async function countLateMails(trx: Trx, portalId: number, until: Temporal.Instant | null): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count
    from step_runs r join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id
    where r.portal_id = ${portalId} and ${WAITS} and ${waitedAt(until)}
  `.execute(trx)
  return rows[0]?.count ?? 0
}

export interface LateGroups {
  /** The last moment at which one of them began to wait as it does. */
  readonly countedAt: Temporal.Instant | null
  readonly groups: LateMailGroup[]
}

/** All that wait by sequence and age, the sequence with the most first. */
export async function selectLateGroups(trx: Trx, portalId: number, now: Temporal.Instant): Promise<LateGroups> {
  const { rows } = await sql<LateMailGroup & { countedAt: Temporal.Instant }>`
    select s.name as sequence_name, count(*) as count,
      count(*) filter (where r.planned_for > ${now}::timestamptz - interval '48 hours') as under_two_days,
      count(*) filter (where r.planned_for <= ${now}::timestamptz - interval '48 hours'
        and r.planned_for > ${now}::timestamptz - interval '168 hours') as under_a_week,
      count(*) filter (where r.planned_for <= ${now}::timestamptz - interval '168 hours') as older,
      count(*) filter (where r.held_for = 'restored') as maybe_sent,
      max(greatest(coalesce(r.held_at, r.planned_for), e.updated_at)) as counted_at
    from step_runs r
    join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id
    join sequences s on s.portal_id = e.portal_id and s.id = e.sequence_id
    where r.portal_id = ${portalId} and ${WAITS}
    group by s.id, s.name order by count(*) desc, s.name, s.id
  `.execute(trx)
  const moments = rows.map((row) => row.countedAt).toSorted(Temporal.Instant.compare)
  return { countedAt: moments.at(-1) ?? null, groups: rows.map(({ countedAt: _, ...group }) => group) }
}

/** The oldest first. */
export async function selectLateMails(trx: Trx, portalId: number, limit: number): Promise<LateMailRow[]> {
  const { rows } = await sql<LateMailRow>`
    select r.id as step_run_id, e.deal_id, d.name as deal_name, s.name as sequence_name, r.position, r.planned_for, r.why,
      ${CONTACT_NAME} as contact_name
    from step_runs r
    join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id
    join sequences s on s.portal_id = e.portal_id and s.id = e.sequence_id
    join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
    left join deals d on d.portal_id = e.portal_id and d.deal_id = e.deal_id
    where r.portal_id = ${portalId} and ${WAITS}
    order by r.planned_for, r.id limit ${limit}
  `.execute(trx)
  return rows
}

/**
 * Locks late mails with their enrollments: all that waited at a moment, or those named. Enrollments first and in id order, like everybody who locks
 * several; a run that was decided a moment ago is not among them.
 */
export async function lockLateMails(
  trx: Trx,
  portalId: number,
  { ids, until }: { readonly ids: readonly string[] | null; readonly until: Temporal.Instant | null },
  limit: number,
): Promise<LockedLateMail[]> {
  const { rows } = await sql<LockedLateMail>`
    with oldest as (
      select r.id, r.enrollment_id
      from step_runs r join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id
      where r.portal_id = ${portalId} and ${WAITS} and (${ids}::uuid[] is null or r.id = any(${ids}::uuid[]))
        and ${waitedAt(until)}
      order by r.planned_for, r.id limit ${limit}
    ), locked as (
      select e.portal_id, e.id, e.status, e.contact_id from enrollments e
      where e.portal_id = ${portalId} and e.id in (select enrollment_id from oldest)
      order by e.id for update
    )
    select r.id, r.why, ${CONTACT_NAME} as contact_name
    from locked e join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id join step_runs r on r.portal_id = e.portal_id and r.enrollment_id = e.id
    where r.portal_id = ${portalId} and r.id in (select id from oldest) and ${WAITS}
    order by e.id, r.id for update of r
  `.execute(trx)
  return rows
}

/** Whether the portal has a step run for every id. */
export async function hasRuns(trx: Trx, portalId: number, ids: readonly string[]): Promise<boolean> {
  const rows = await trx
    .selectFrom('stepRuns')
    .where('portalId', '=', portalId)
    .where('id', 'in', ids)
    .select('id')
    .execute()
  return rows.length === ids.length
}
