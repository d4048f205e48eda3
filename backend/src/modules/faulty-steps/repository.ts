import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** Of run `r` and enrollment `e`: given up after errors of its own, and its enrollment could go on. */
const GIVEN_UP = sql<boolean>`(r.status = 'held' and r.held_for = 'fault'
  and (e.status = 'active' or (e.status = 'completed' and r.epoch > 1)))`

export interface FaultyStep {
  readonly id: string
  readonly contactName: string
}

/**
 * Locks steps that were given up, with their enrollments, those that wait longest. Enrollments first and in id order, like everybody
 * who locks several.
 */
export async function lockFaultySteps(trx: Trx, portalId: number, limit: number): Promise<FaultyStep[]> {
  const { rows } = await sql<FaultyStep>`
    with oldest as (
      select r.id, r.enrollment_id
      from step_runs r join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id
      where r.portal_id = ${portalId} and ${GIVEN_UP}
      order by r.due_at, r.id limit ${limit}
    ), locked as (
      select e.portal_id, e.id, e.status, e.contact_id from enrollments e
      where e.portal_id = ${portalId} and e.id in (select enrollment_id from oldest)
      order by e.id for update
    )
    select r.id,
      coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.email, 'Contact ' || c.contact_id) as contact_name
    from locked e
    join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
    join step_runs r on r.portal_id = e.portal_id and r.enrollment_id = e.id
    where r.portal_id = ${portalId} and r.id in (select id from oldest) and ${GIVEN_UP}
    order by e.id, r.id for update of r
  `.execute(trx)
  return rows
}

export async function countFaultySteps(trx: Trx, portalId: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count
    from step_runs r join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id
    where r.portal_id = ${portalId} and ${GIVEN_UP}
  `.execute(trx)
  return rows[0]?.count ?? 0
}

/**
 * Ends the pause of steps of which only what became of their mail is still to be written; gives how many. Nothing of them is sent
 * again: their delivery says what is known. One that a worker has in hand has no such delivery yet.
 */
export async function hurryUnwritten(trx: Trx, portalId: number, now: Temporal.Instant): Promise<number> {
  const { rows } = await sql`
    update step_runs r set lease_until = ${now}
    where r.portal_id = ${portalId} and r.status = 'sending' and r.faults > 0 and r.lease_until > ${now}
      and exists (
        select from deliveries d where d.portal_id = r.portal_id and d.step_run_id = r.id and d.epoch = r.epoch
          and d.status in ('accepted', 'unconfirmed')
      )
    returning r.id
  `.execute(trx)
  return rows.length
}
