import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Period } from './period.ts'

export interface StageCounts {
  pipelineId: string
  stageId: string
  pipelineLabel: string
  stageLabel: string
  enrolledDeals: number
  otherDeals: number
  /** Median, in seconds. */
  secondsInStage: number | null
  watchedEnrolled: number
  advancedEnrolled: number
  watchedOthers: number
  advancedOthers: number
}

/**
 * Entries from the beginning of the period on, also later ones: when the deal left the stage, and whether it reached a later stage
 * of the pipeline within `days` days. A stage that means the deal was lost is no step forward. Window functions, because a join of
 * the entries with themselves has no index to use.
 */
function movesSince(portalId: number, from: Temporal.Instant, days: number): RawBuilder<unknown> {
  return sql`moves as materialized (
    select n.id, n.deal_id, n.pipeline_id, n.stage_id, n.entered_at, s.label as stage_label, s.display_order, s.is_closed,
      lead(n.entered_at) over (partition by n.deal_id order by n.entered_at, n.id) as left_at,
      coalesce(max(s.display_order) filter (where not s.is_lost) over (
        partition by n.deal_id, n.pipeline_id order by n.entered_at
        range between interval '1 microsecond' following and ${days} * interval '24 hours' following
      ) > s.display_order, false) as advanced
    from stage_entries n
    left join stages s on s.portal_id = n.portal_id and s.pipeline_id = n.pipeline_id and s.stage_id = n.stage_id
    where n.portal_id = ${portalId} and n.entered_at >= ${from}
  )`
}

/**
 * The open stages that deals entered in the period. A deal counts once per stage, by its first entry; it is enrolled when any of
 * its entries into the stage enrolled a contact. Deals are watched when `days` days have passed.
 */
export async function countStages(
  trx: Trx,
  portalId: number,
  { from, to }: Period,
  days: number,
): Promise<StageCounts[]> {
  const { rows } = await sql<StageCounts>`
    with ${movesSince(portalId, from, days)}, enrolling as (
      select distinct e.stage_entry_id as id from enrollments e
      where e.portal_id = ${portalId} and e.enrolled_at >= ${from} and e.stage_entry_id is not null
    ), entered as (
      select m.*, bool_or(g.id is not null) over w as enrolled, row_number() over (w order by m.entered_at, m.id) as place
      from moves m left join enrolling g on g.id = m.id
      where m.entered_at < ${to}
      window w as (partition by m.deal_id, m.pipeline_id, m.stage_id)
    ), judged as (
      select n.*, p.label as pipeline_label, p.display_order as pipeline_order,
        n.entered_at <= ${to}::timestamptz - ${days} * interval '24 hours' as watched
      from entered n join pipelines p on p.portal_id = ${portalId} and p.pipeline_id = n.pipeline_id
      where n.place = 1 and not n.is_closed
    )
    select pipeline_id, stage_id, pipeline_label, stage_label,
      count(*) filter (where enrolled) as enrolled_deals, count(*) filter (where not enrolled) as other_deals,
      percentile_cont(0.5) within group (order by extract(epoch from left_at - entered_at)::double precision)
        filter (where left_at is not null) as seconds_in_stage,
      count(*) filter (where enrolled and watched) as watched_enrolled,
      count(*) filter (where enrolled and watched and advanced) as advanced_enrolled,
      count(*) filter (where not enrolled and watched) as watched_others,
      count(*) filter (where not enrolled and watched and advanced) as advanced_others
    from judged
    group by pipeline_id, stage_id, pipeline_label, stage_label, pipeline_order, display_order
    order by pipeline_order, pipeline_id, display_order, stage_id
  `.execute(trx)
  return rows
}

/** Whether any deal was held out from the sequence in the period: the comparison reads far more. */
export async function hasHeldOutDeals(
  trx: Trx,
  portalId: number,
  sequenceId: string,
  { from, to }: Period,
): Promise<boolean> {
  const { rows } = await sql`
    select from decisions where portal_id = ${portalId} and sequence_id = ${sequenceId} and reason = 'held_out'
      and decided_at >= ${from} and decided_at < ${to} limit 1
  `.execute(trx)
  return rows.length > 0
}

export interface HoldOutCounts {
  heldOut: boolean
  deals: number
  watched: number
  advanced: number
}

/**
 * The deals of the period that a stage enrolled in the sequence, and those held out from it. Only entries since the first held
 * out one are compared, so that both groups saw the same weeks; a deal that was ever held out is no enrolled one.
 */
export async function countHoldOut(
  trx: Trx,
  portalId: number,
  sequenceId: string,
  { from, to }: Period,
  days: number,
): Promise<HoldOutCounts[]> {
  const { rows } = await sql<HoldOutCounts>`
    with ${movesSince(portalId, from, days)}, held as (
      select distinct d.stage_entry_id as id from decisions d
      where d.portal_id = ${portalId} and d.sequence_id = ${sequenceId} and d.reason = 'held_out'
        and d.decided_at >= ${from} and d.decided_at < ${to}
    ), treated as (
      select distinct e.stage_entry_id as id from enrollments e
      where e.portal_id = ${portalId} and e.sequence_id = ${sequenceId} and e.enrolled_at >= ${from} and e.enrolled_at < ${to}
        and exists (select from held)
    ), both_groups as (
      select m.*, h.id is not null as held_out, min(m.entered_at) filter (where h.id is not null) over () as since
      from moves m left join held h on h.id = m.id left join treated t on t.id = m.id
      where h.id is not null or t.id is not null
    ), judged as (
      select distinct on (g.deal_id) g.held_out, g.advanced,
        g.entered_at <= ${to}::timestamptz - ${days} * interval '24 hours' as watched
      from both_groups g where g.entered_at >= g.since
      order by g.deal_id, g.held_out desc, g.entered_at
    )
    select held_out, count(*) as deals, count(*) filter (where watched) as watched,
      count(*) filter (where watched and advanced) as advanced
    from judged group by held_out
  `.execute(trx)
  return rows
}
