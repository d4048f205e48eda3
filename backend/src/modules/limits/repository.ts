import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

export interface NewStop {
  readonly portalId: number
  readonly id: string
  readonly sequenceId: string | null
  readonly mails: 'all' | 'first'
  readonly cause: 'person' | 'bounces'
  readonly reason: string
  readonly stoppedAt: Temporal.Instant
  readonly stoppedBy: string
}

export type OpenStop = Omit<NewStop, 'portalId'> & { readonly sequenceName: string | null }

/** False when the same cause stops it already. */
export async function insertStop(trx: Trx, stop: NewStop): Promise<boolean> {
  const row = await trx
    .insertInto('sendingStops')
    .values({ ...stop, liftedAt: null, liftedBy: null })
    .onConflict((conflict) =>
      conflict.columns(['portalId', 'sequenceId', 'cause']).where('liftedAt', 'is', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** False when nothing was stopped. */
export async function liftStop(
  trx: Trx,
  portalId: number,
  stop: { sequenceId: string | null; cause: 'person' | 'bounces' },
  lifted: { liftedAt: Temporal.Instant; liftedBy: string },
): Promise<boolean> {
  const row = await trx
    .updateTable('sendingStops')
    .set(lifted)
    .where('portalId', '=', portalId)
    .where('sequenceId', 'is not distinct from', stop.sequenceId)
    .where('cause', '=', stop.cause)
    .where('liftedAt', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function selectOpenStops(trx: Trx, portalId: number): Promise<OpenStop[]> {
  return trx
    .selectFrom('sendingStops as x')
    .leftJoin('sequences as s', (join) =>
      join.onRef('s.portalId', '=', 'x.portalId').onRef('s.id', '=', 'x.sequenceId'),
    )
    .where('x.portalId', '=', portalId)
    .where('x.liftedAt', 'is', null)
    .select(['x.id', 'x.sequenceId', 'x.mails', 'x.cause', 'x.reason', 'x.stoppedAt', 'x.stoppedBy'])
    .select('s.name as sequenceName')
    .orderBy('x.stoppedAt')
    .orderBy('x.id')
    .execute()
}

export async function findSequenceName(trx: Trx, portalId: number, id: string): Promise<string | undefined> {
  const row = await trx
    .selectFrom('sequences')
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .select('name')
    .executeTakeFirst()
  return row?.name
}

export interface UsageRow {
  /** The scope, a space, and its key. */
  readonly name: string
  readonly at: Temporal.Instant
  readonly count: number
}

export interface UsagePeriod {
  readonly since: Temporal.Instant
  /** Counted by the minute from then on, by quarters of an hour before: a day by the minute is thousands of rows. */
  readonly fineSince: Temporal.Instant
  readonly now: Temporal.Instant
}

/**
 * Counts mails by name and time. One index of the portal serves it: what was sent lies in it by its moment, what is on its
 * way has none yet. A mail that is frozen for a worker whose lease ran out is on its way no more.
 */
export async function selectUsage(
  trx: Trx,
  portalId: number,
  names: readonly string[],
  { since, fineSince, now }: UsagePeriod,
): Promise<UsageRow[]> {
  const { rows } = await sql<UsageRow>`
    with mails as (
      select d.settled_at as at, d.enrollment_id, d.recipient, d.from_address from deliveries d
      where d.portal_id = ${portalId} and d.settled_at > ${since} and d.status in ('accepted', 'unconfirmed')
      union all
      select ${now}, d.enrollment_id, d.recipient, d.from_address from deliveries d
      where d.portal_id = ${portalId} and d.settled_at is null
        and (d.status = 'sending_data' or (d.status = 'sending' and d.lease_until > ${now}))
    ), known as (
      select m.at, e.sequence_id, e.contact_id, e.deal_id, split_part(m.recipient, '@', 2) as domain, m.from_address
      from mails m join enrollments e on e.portal_id = ${portalId} and e.id = m.enrollment_id
    )
    select k.name, max(known.at) as at, count(*) as count
    from known
    cross join lateral (values
      ('portal ' || ${portalId}::bigint), ('sequence ' || sequence_id), ('contact ' || contact_id),
      ('recipient_domain ' || domain), ('company_in_deal ' || deal_id || ' ' || domain),
      ('mailbox ' || from_address), ('sending_domain ' || split_part(from_address, '@', 2))
    ) as k (name)
    where k.name = any(${names}::text[])
    group by k.name, date_bin(
      case when known.at > ${fineSince} then interval '1 minute' else interval '15 minutes' end, known.at, timestamptz 'epoch'
    )
  `.execute(trx)
  return rows
}
