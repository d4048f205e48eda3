import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { BounceCount } from './decide-breaker.ts'

/** Whoever counts the bounces of a portal does it alone until the transaction ends; nothing is locked after it. */
export async function lockBounces(trx: Trx, portalId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`bounces of ${portalId}`}, 0))`.execute(trx)
}

/** The mails of these step runs are remembered as bounced; gives how many were not yet. */
export async function insertBounces(
  trx: Trx,
  portalId: number,
  stepRunIds: readonly string[],
  now: Temporal.Instant,
): Promise<number> {
  const { rows } = await sql`
    insert into bounces (portal_id, delivery_id, bounced_at)
    select d.portal_id, d.id, ${now} from deliveries d
    where d.portal_id = ${portalId} and d.step_run_id = any(${[...stepRunIds]}::uuid[])
    on conflict (portal_id, delivery_id) do nothing
    returning delivery_id
  `.execute(trx)
  return rows.length
}

/** How many mails were found to have bounced after `since`, whenever they left. */
export async function countBouncesSince(trx: Trx, portalId: number, since: Temporal.Instant): Promise<number> {
  const { bounces } = await trx
    .selectFrom('bounces')
    .where('portalId', '=', portalId)
    .where('bouncedAt', '>', since)
    .select((eb) => eb.fn.countAll<number>().as('bounces'))
    .executeTakeFirstOrThrow()
  return bounces
}

/**
 * The mails that left after `since`, or were refused for their address, and how many of these same mails bounced. A sequence's
 * mails from before a stop for bounces was lifted (of the sequence, or of the portal) do not count any more.
 */
export async function countBounces(trx: Trx, portalId: number, since: Temporal.Instant): Promise<BounceCount[]> {
  const { rows } = await sql<BounceCount>`
    with lifted as (
      select sequence_id, max(lifted_at) as at from sending_stops
      where portal_id = ${portalId} and cause = 'bounces' and lifted_at > ${since}
      group by sequence_id
    ), recent as materialized (
      select d.settled_at, d.enrollment_id, d.status in ('accepted', 'unconfirmed') as left_us, b.delivery_id is not null as bounced
      from deliveries d left join bounces b on b.portal_id = d.portal_id and b.delivery_id = d.id
      where d.portal_id = ${portalId} and d.settled_at > ${since}
    )
    select e.sequence_id, count(*) as mails, count(*) filter (where d.bounced) as hard_bounces
    from recent d
    join enrollments e on e.portal_id = ${portalId} and e.id = d.enrollment_id
    left join lifted own on own.sequence_id = e.sequence_id
    left join lifted everything on everything.sequence_id is null
    where (d.left_us or d.bounced) and (own.at is null or d.settled_at > own.at) and (everything.at is null or d.settled_at > everything.at)
    group by e.sequence_id
  `.execute(trx)
  return rows
}
