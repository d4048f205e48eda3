import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

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

export async function countLateMails(trx: Trx, portalId: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count
    from step_runs r join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id
    where r.portal_id = ${portalId} and ${WAITS}
  `.execute(trx)
  return rows[0]?.count ?? 0
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
 * Locks late mails with their enrollments: all, or those named. Enrollments first and in id order, like everybody who locks
 * several; a run that was decided a moment ago is not among them.
 */
export async function lockLateMails(
  trx: Trx,
  portalId: number,
  ids: readonly string[] | null,
  limit: number,
): Promise<LockedLateMail[]> {
  const { rows } = await sql<LockedLateMail>`
    with oldest as (
      select r.id, r.enrollment_id
      from step_runs r join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id
      where r.portal_id = ${portalId} and ${WAITS} and (${ids}::uuid[] is null or r.id = any(${ids}::uuid[]))
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
