import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { SequenceStatus } from '#shared/vocabulary.ts'
import type { Period } from './period.ts'

export interface SequenceCounts {
  sequenceId: string
  name: string
  status: SequenceStatus
  enrolled: number
  running: number
  completed: number
  stopped: number
  due: number
  sent: number
  /** Mails that came back after they were taken. */
  returned: number
  bounced: number
  replied: number
  unsubscribed: number
}

/**
 * The enrollments of the period with what became of each. A reply that stopped an enrollment is its stop reason; one that came
 * after its last mail is known by the activity log alone, so both are looked at. A bounce, a complaint and an unsubscribe count for
 * the enrollment whose mail it was, which the log names, not for the contact's others that it ended: their mails arrived.
 */
export function outcomes(portalId: number, { from, to }: Period, sequenceId?: string): RawBuilder<unknown> {
  const which = sequenceId ? sql`and e.sequence_id = ${sequenceId}` : sql``
  return sql`
    cohort as materialized (
      select e.id, e.sequence_id, e.status, e.stop_reason from enrollments e
      where e.portal_id = ${portalId} and e.enrolled_at >= ${from} and e.enrolled_at < ${to} ${which}
    ), told as (
      select a.enrollment_id, bool_or(a.kind = 'contact.replied') as replied, bool_or(a.kind = 'contact.bounced') as bounced,
        bool_or(a.kind in ('contact.unsubscribed', 'contact.complained')) as unsubscribed
      from activities a
      where a.portal_id = ${portalId} and a.at >= ${from} and a.enrollment_id is not null
        and a.kind in ('contact.unsubscribed', 'contact.replied', 'contact.bounced', 'contact.complained')
      group by a.enrollment_id
    ), outcome as materialized (
      select c.id, c.sequence_id, c.status, c.stop_reason,
        coalesce(c.stop_reason = 'replied' or t.replied, false) as replied,
        coalesce(t.bounced, false) as returned,
        coalesce(c.stop_reason = 'address_rejected', false) as refused,
        coalesce(t.unsubscribed, false) as unsubscribed
      from cohort c left join told t on t.enrollment_id = c.id
    )`
}

/** Every sequence with an enrollment in the period, or the given one: one row each, most enrollments first. */
export async function countSequences(
  trx: Trx,
  portalId: number,
  period: Period,
  sequenceId?: string,
): Promise<SequenceCounts[]> {
  const { rows } = await sql<SequenceCounts>`
    with ${outcomes(portalId, period, sequenceId)}, people as (
      select sequence_id, count(*) as enrolled, count(*) filter (where status in ('active', 'paused')) as running,
        count(*) filter (where status = 'completed') as completed, count(*) filter (where status = 'stopped') as stopped,
        count(*) filter (where returned) as returned, count(*) filter (where returned or refused) as bounced,
        count(*) filter (where replied) as replied, count(*) filter (where unsubscribed) as unsubscribed
      from outcome group by sequence_id
    ), mails as (
      select o.sequence_id, count(*) filter (where r.status = 'sent') as sent,
        count(*) filter (where r.epoch = 1 and r.status <> 'canceled' and r.due_at <= ${period.to}) as due
      from outcome o
      join step_runs r on r.portal_id = ${portalId} and r.enrollment_id = o.id and r.kind = 'email'
      group by o.sequence_id
    )
    select s.id as sequence_id, s.name, s.status, coalesce(p.enrolled, 0) as enrolled, coalesce(p.running, 0) as running,
      coalesce(p.completed, 0) as completed, coalesce(p.stopped, 0) as stopped, coalesce(m.due, 0) as due, coalesce(m.sent, 0) as sent,
      coalesce(p.returned, 0) as returned, coalesce(p.bounced, 0) as bounced, coalesce(p.replied, 0) as replied,
      coalesce(p.unsubscribed, 0) as unsubscribed
    from sequences s left join people p on p.sequence_id = s.id left join mails m on m.sequence_id = s.id
    where s.portal_id = ${portalId} and ${sequenceId ? sql`s.id = ${sequenceId}` : sql`p.sequence_id is not null`}
    order by enrolled desc, lower(s.name)
  `.execute(trx)
  return rows
}

export interface StepCounts {
  stepId: string
  due: number
  sent: number
  returned: number
  bounced: number
  replied: number
  unsubscribed: number
}

/** The e-mail steps of a sequence, over all its versions; an outcome belongs to the last mail before it. */
export async function countSteps(
  trx: Trx,
  portalId: number,
  sequenceId: string,
  period: Period,
): Promise<StepCounts[]> {
  const { rows } = await sql<StepCounts>`
    with ${outcomes(portalId, period, sequenceId)}, mails as materialized (
      select r.enrollment_id, r.step_id, r.status, r.due_at, r.settled_at, r.epoch from outcome o
      join step_runs r on r.portal_id = ${portalId} and r.enrollment_id = o.id and r.kind = 'email'
    ), last_mails as (
      select distinct on (enrollment_id, status = 'failed') enrollment_id, status = 'failed' as failed, step_id from mails
      where status in ('sent', 'unconfirmed', 'failed')
      order by enrollment_id, status = 'failed', settled_at desc nulls last
    ), marked as (
      select o.*, l.step_id from outcome o join last_mails l on l.enrollment_id = o.id and l.failed = o.refused
      where o.replied or o.returned or o.refused or o.unsubscribed
    ), effects as (
      select step_id, count(*) filter (where returned) as returned, count(*) filter (where returned or refused) as bounced,
        count(*) filter (where replied) as replied, count(*) filter (where unsubscribed) as unsubscribed
      from marked group by step_id
    ), counts as (
      select step_id, count(*) filter (where epoch = 1 and status <> 'canceled' and due_at <= ${period.to}) as due,
        count(*) filter (where status = 'sent') as sent
      from mails group by step_id
    )
    select c.step_id, c.due, c.sent, coalesce(f.returned, 0) as returned, coalesce(f.bounced, 0) as bounced,
      coalesce(f.replied, 0) as replied, coalesce(f.unsubscribed, 0) as unsubscribed
    from counts c left join effects f on f.step_id = c.step_id
  `.execute(trx)
  return rows
}

export interface StopCount {
  /** The last mail before the stop; null: of the sequence as a whole. */
  stepId: string | null
  reason: string
  count: number
}

/** Why enrollments of the period stopped, most frequent first: of the whole sequence, and after each of its mails. */
export async function countStopReasons(
  trx: Trx,
  portalId: number,
  sequenceId: string,
  { from, to }: Period,
): Promise<StopCount[]> {
  const { rows } = await sql<StopCount>`
    with stopped as materialized (
      select id, coalesce(stop_reason, 'unknown') as reason from enrollments
      where portal_id = ${portalId} and sequence_id = ${sequenceId} and enrolled_at >= ${from} and enrolled_at < ${to}
        and status = 'stopped'
    ), last_mails as (
      select distinct on (r.enrollment_id) r.enrollment_id, r.step_id
      from stopped s join step_runs r on r.portal_id = ${portalId} and r.enrollment_id = s.id and r.kind = 'email'
        and r.status in ('sent', 'unconfirmed', 'failed')
      order by r.enrollment_id, r.settled_at desc nulls last
    )
    select null as step_id, reason, count(*) as count from stopped group by reason
    union all
    select l.step_id, s.reason, count(*) from stopped s join last_mails l on l.enrollment_id = s.id
    group by l.step_id, s.reason
    order by count desc, reason
  `.execute(trx)
  return rows
}

/** What the sequence's newest version says; null before the first publish. */
export async function findDefinition(
  trx: Trx,
  portalId: number,
  sequenceId: string,
): Promise<SequenceDefinition | null> {
  const row = await trx
    .selectFrom('sequences as s')
    .innerJoin('sequenceVersions as v', (join) =>
      join
        .onRef('v.portalId', '=', 's.portalId')
        .onRef('v.sequenceId', '=', 's.id')
        .onRef('v.version', '=', 's.version'),
    )
    .where('s.portalId', '=', portalId)
    .where('s.id', '=', sequenceId)
    .select('v.definition')
    .executeTakeFirst()
  return row?.definition ?? null
}
