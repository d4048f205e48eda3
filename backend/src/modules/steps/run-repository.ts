import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { HeldFor } from '#db/tables.ts'
import type { EnrollmentStatus, PauseReason, StepKind, StepRunStatus } from '#shared/vocabulary.ts'
import type { ClaimedRun } from './claim-repository.ts'

/** The enrollment of a run, with what its activity lines need. */
export interface RunEnrollment {
  readonly id: string
  readonly status: EnrollmentStatus
  readonly pauseReason: PauseReason | null
  readonly dealId: string
  readonly hubspotContactId: string
  readonly contactEmail: string | null
  readonly sequenceName: string
  readonly stepCount: number
}

/** Locks enrollments, in id order like everybody who locks several; always before their runs and the lanes. */
export async function lockEnrollments(
  trx: Trx,
  portalId: number,
  ids: readonly string[],
): Promise<Map<string, RunEnrollment>> {
  const rows = await trx
    .selectFrom('enrollments as e')
    .innerJoin('contacts as c', (join) => join.onRef('c.portalId', '=', 'e.portalId').onRef('c.id', '=', 'e.contactId'))
    .innerJoin('sequences as s', (join) =>
      join.onRef('s.portalId', '=', 'e.portalId').onRef('s.id', '=', 'e.sequenceId'),
    )
    .where('e.portalId', '=', portalId)
    .where('e.id', 'in', ids)
    .select([
      'e.id',
      'e.status',
      'e.pauseReason',
      'e.dealId',
      'c.contactId as hubspotContactId',
      'c.email as contactEmail',
      's.name as sequenceName',
      'e.stepCount',
    ])
    .orderBy('e.id')
    .forUpdate('e')
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** The ids of the steps of an enrollment's version, in order. */
export async function selectStepIds(trx: Trx, portalId: number, enrollmentId: string): Promise<string[]> {
  const { rows } = await sql<{ ids: string[] }>`
    select jsonb_path_query_array(v.definition, '$.steps[*].id') as ids
    from enrollments e
    join sequence_versions v on v.portal_id = e.portal_id and v.sequence_id = e.sequence_id and v.version = e.version
    where e.portal_id = ${portalId} and e.id = ${enrollmentId}
  `.execute(trx)
  return rows[0]?.ids ?? []
}

/** The running enrollments of the same contacts and deals: those that a reply to these may concern. */
export async function listRepliedWith(trx: Trx, portalId: number, enrollmentIds: readonly string[]): Promise<string[]> {
  if (enrollmentIds.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    select distinct o.id from enrollments e
    join enrollments o on o.portal_id = e.portal_id and o.status in ('active', 'paused')
      and (o.contact_id = e.contact_id or o.deal_id = e.deal_id)
    where e.portal_id = ${portalId} and e.id = any(${enrollmentIds}::uuid[])
  `.execute(trx)
  return rows.map(({ id }) => id)
}

export interface RunChange {
  readonly status: StepRunStatus
  readonly why?: string
  readonly dueAt?: Temporal.Instant
  readonly attempts?: number
  /** Left out: none in a row any more. */
  readonly faults?: number
  readonly settledAt?: Temporal.Instant | null
  readonly waitedUntil?: Temporal.Instant
  readonly approvedAt?: Temporal.Instant
  readonly heldFor?: HeldFor | null
  readonly heldAt?: Temporal.Instant
  readonly deadline?: Temporal.Instant | null
  readonly took?: string
}

/** Writes the outcome of a claimed run. False when the claim is gone: another worker or a person settled it, their word holds. */
export async function changeRun(trx: Trx, portalId: number, run: ClaimedRun, change: RunChange): Promise<boolean> {
  const row = await trx
    .updateTable('stepRuns')
    .set({ faults: 0, ...change, leaseUntil: null })
    .where('portalId', '=', portalId)
    .where('id', '=', run.id)
    .where('claimNo', '=', run.claimNo)
    .where('status', '=', 'sending')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export interface RunToResolve {
  readonly id: string
  readonly enrollmentId: string
  readonly stepId: string
  readonly position: number
  readonly kind: StepKind
  readonly status: StepRunStatus
  readonly heldFor: HeldFor | null
  readonly why: string
  readonly dueAt: Temporal.Instant
  readonly plannedFor: Temporal.Instant
  /** When a wait for an event is over without it; null for every other step. */
  readonly deadline: Temporal.Instant | null
  /** Since when it waits for a person, as far as that is kept. */
  readonly restsSince: Temporal.Instant
  readonly epoch: number
  /** Of all runs of the same step. */
  readonly firstEpoch: number
  readonly latestEpoch: number
}

export async function findRun(trx: Trx, portalId: number, id: string): Promise<RunToResolve | undefined> {
  const { rows } = await sql<RunToResolve>`
    select r.id, r.enrollment_id, r.step_id, r.position, r.kind, r.status, r.held_for, r.why, r.due_at, r.planned_for, r.deadline, r.epoch,
      coalesce(r.held_at, r.settled_at, r.planned_for) as rests_since, min(o.epoch) as first_epoch, max(o.epoch) as latest_epoch
    from step_runs r
    join step_runs o on o.portal_id = r.portal_id and o.enrollment_id = r.enrollment_id and o.step_id = r.step_id
    where r.portal_id = ${portalId} and r.id = ${id}
    group by r.portal_id, r.id
  `.execute(trx)
  return rows[0]
}

/** Changes a run that is in no worker's hands; false when it left `from` meanwhile. */
export async function changeResting(
  trx: Trx,
  portalId: number,
  id: string,
  from: StepRunStatus,
  change: RunChange,
): Promise<boolean> {
  const row = await trx
    .updateTable('stepRuns')
    .set(change)
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .where('status', '=', from)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Plans the same step once more under the next epoch; false when somebody did so a moment ago. */
export async function insertResend(
  trx: Trx,
  portalId: number,
  run: RunToResolve,
  resend: { id: string; dueAt: Temporal.Instant; why: string },
): Promise<boolean> {
  const row = await trx
    .insertInto('stepRuns')
    .values({
      portalId,
      id: resend.id,
      enrollmentId: run.enrollmentId,
      stepId: run.stepId,
      position: run.position,
      kind: run.kind,
      status: 'scheduled',
      dueAt: resend.dueAt,
      why: resend.why,
      epoch: run.epoch + 1,
      leaseUntil: null,
      settledAt: null,
    })
    .onConflict((conflict) => conflict.columns(['portalId', 'enrollmentId', 'stepId', 'epoch']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Makes planned runs due now whose sentence begins like this, of a sequence or of all (null). They waited on purpose until
 * now, also those whose next look is overdue. True when there were any.
 */
export async function bringForward(
  trx: Trx,
  portalId: number,
  sequenceId: string | null,
  why: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const { rows } = await sql`
    update step_runs r set due_at = ${now}, waited_until = ${now}
    from enrollments e
    where r.portal_id = ${portalId} and r.status = 'scheduled' and starts_with(r.why, ${why})
      and e.portal_id = r.portal_id and e.id = r.enrollment_id
      and (${sequenceId}::uuid is null or e.sequence_id = ${sequenceId}::uuid)
    returning r.id
  `.execute(trx)
  return rows.length > 0
}

/** From now on the owner that the deal has, as far as we know, is the one its enrollment began with. */
export async function acceptOwner(trx: Trx, portalId: number, enrollmentId: string): Promise<void> {
  await sql`
    update enrollments e set start_owner_id = d.owner_id
    from deals d
    where e.portal_id = ${portalId} and e.id = ${enrollmentId} and d.portal_id = e.portal_id and d.deal_id = e.deal_id
  `.execute(trx)
}
