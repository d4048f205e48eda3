import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { HeldFor } from '#db/tables.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import type { StepOutline } from '#shared/contract/sequence.ts'
import type { EnrollmentStatus, StepRunStatus } from '#shared/vocabulary.ts'

/** A version without the texts of its mails: those may be large. */
export interface Outline {
  readonly version: number
  readonly steps: readonly StepOutline[]
  readonly calendar: ScheduleCalendar | null
  readonly stopWhenStageLeft: boolean
}

export async function listOutlines(trx: Trx, portalId: number, sequenceId: string): Promise<Map<number, Outline>> {
  const { rows } = await sql<Outline>`
    select v.version, v.definition -> 'calendar' as calendar,
      (v.definition ->> 'stopWhenStageLeft')::boolean as stop_when_stage_left,
      (select jsonb_agg(step - 'body' - 'variants' order by place) from jsonb_array_elements(v.definition -> 'steps') with ordinality as s (step, place)) as steps
    from sequence_versions v where v.portal_id = ${portalId} and v.sequence_id = ${sequenceId}
  `.execute(trx)
  return new Map(rows.map((row) => [row.version, row]))
}

/** A running enrollment with all that decides where it goes on. */
export interface MovingEnrollment {
  readonly id: string
  readonly version: number
  readonly status: EnrollmentStatus
  readonly stepPosition: number
  readonly pausedRemaining: number | null
  readonly pausedUntil: Temporal.Instant | null
  /** When it reached its step, or was last steered. */
  readonly reachedAt: Temporal.Instant
  readonly sequenceName: string
  readonly dealId: string
  readonly dealName: string | null
  readonly hubspotContactId: string
  readonly contactName: string
  readonly contactTimeZone: string | null
  readonly ownerTimeZone: string | null
  readonly portalTimeZone: string | null
  readonly closeDate: string | null
}

const MOVING = sql`
  e.id, e.version, e.status, e.step_position, e.paused_remaining, e.paused_until, e.updated_at as reached_at, e.deal_id,
  s.name as sequence_name, d.name as deal_name, c.contact_id as hubspot_contact_id, c.time_zone as contact_time_zone, w.time_zone as owner_time_zone, i.time_zone as portal_time_zone,
  d.close_date, coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.email, 'Contact ' || c.contact_id) as contact_name
  from enrollments e
  join sequences s on s.portal_id = e.portal_id and s.id = e.sequence_id
  join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
  join installations i on i.portal_id = e.portal_id
  left join deals d on d.portal_id = e.portal_id and d.deal_id = e.deal_id
  left join owners w on w.portal_id = d.portal_id and w.owner_id = d.owner_id and not w.archived`

const running = (portalId: number, sequenceId: string, version: number): RawBuilder<unknown> => sql`
  e.portal_id = ${portalId} and e.sequence_id = ${sequenceId} and e.status in ('active', 'paused') and e.version <> ${version}`

/** A page of those in other versions than `version`, in id order. */
export async function listMoving(
  trx: Trx,
  portalId: number,
  of: { sequenceId: string; version: number; after: string | null; limit: number },
): Promise<MovingEnrollment[]> {
  const { rows } = await sql<MovingEnrollment>`
    select ${MOVING}
    where ${running(portalId, of.sequenceId, of.version)} and (${of.after}::uuid is null or e.id > ${of.after}::uuid)
    order by e.id limit ${of.limit}
  `.execute(trx)
  return rows
}

export async function countMoving(trx: Trx, portalId: number, sequenceId: string, version: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from enrollments e where ${running(portalId, sequenceId, version)}
  `.execute(trx)
  return rows[0]?.count ?? 0
}

/** Locks one, like everybody who changes an enrollment, before its runs. Undefined when it ended or has the version. */
export async function lockMoving(
  trx: Trx,
  portalId: number,
  of: { sequenceId: string; version: number; id: string },
): Promise<MovingEnrollment | undefined> {
  const { rows } = await sql<MovingEnrollment>`
    select ${MOVING} where ${running(portalId, of.sequenceId, of.version)} and e.id = ${of.id} for update of e
  `.execute(trx)
  return rows[0]
}

export interface MovingRun {
  readonly id: string
  readonly enrollmentId: string
  readonly stepId: string
  readonly kind: string
  readonly epoch: number
  readonly status: StepRunStatus
  readonly heldFor: HeldFor | null
  readonly dueAt: Temporal.Instant
  /** When the sequence wanted it. */
  readonly plannedFor: Temporal.Instant
  readonly deadline: Temporal.Instant | null
  readonly why: string
}

/** Every run of these enrollments; `lock`: no worker claims one until the transaction ends. */
export async function listRuns(
  trx: Trx,
  portalId: number,
  enrollmentIds: readonly string[],
  lock: boolean,
): Promise<MovingRun[]> {
  const { rows } = await sql<MovingRun>`
    select id, enrollment_id, step_id, kind, epoch, status, held_for, due_at, planned_for, deadline, why from step_runs
    where portal_id = ${portalId} and enrollment_id = any(${[...enrollmentIds]}::uuid[])
    order by id ${lock ? sql`for update` : sql``}
  `.execute(trx)
  return rows
}

export interface MoveRecord {
  readonly id: string
  readonly sequenceId: string
  readonly toVersion: number
}

export async function insertMove(
  trx: Trx,
  portalId: number,
  move: MoveRecord,
  startedAt: Temporal.Instant,
  startedBy: string | null,
): Promise<void> {
  await trx
    .insertInto('versionMoves')
    .values({ portalId, ...move, startedAt, startedBy })
    .execute()
}

const undecided = (portalId: number, move: MoveRecord): RawBuilder<unknown> => sql`
  enrollments e where ${running(portalId, move.sequenceId, move.toVersion)} and not exists (
    select from version_move_outcomes o where o.portal_id = e.portal_id and o.move_id = ${move.id} and o.enrollment_id = e.id
  )`

/** Those that this move has not looked at yet, in id order. */
export async function listUndecided(trx: Trx, portalId: number, move: MoveRecord, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select e.id from ${undecided(portalId, move)} order by e.id limit ${limit}
  `.execute(trx)
  return rows.map((row) => row.id)
}

export async function countUndecided(trx: Trx, portalId: number, move: MoveRecord): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${undecided(portalId, move)}`.execute(trx)
  return rows[0]?.count ?? 0
}

/** Writes down what came of one; false when this move decided about it before. Call it before anything is changed. */
export async function insertOutcome(
  trx: Trx,
  portalId: number,
  outcome: { moveId: string; enrollmentId: string; fromVersion: number; reason: string | null; at: Temporal.Instant },
): Promise<boolean> {
  const row = await trx
    .insertInto('versionMoveOutcomes')
    .values({ portalId, ...outcome })
    .onConflict((conflict) => conflict.columns(['portalId', 'moveId', 'enrollmentId']).doNothing())
    .returning('enrollmentId')
    .executeTakeFirst()
  return row !== undefined
}
