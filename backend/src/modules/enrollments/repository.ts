import { type Insertable, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { EnrollmentsTable, StepRunsTable } from '#db/tables.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { EnrollmentStatus, PauseReason } from '#shared/vocabulary.ts'
import type { PlanFacts } from './plan-step.ts'

/** Adds the enrollment unless the contact is active or paused in this sequence through this deal; then undefined. */
export async function insertEnrollment(
  trx: Trx,
  enrollment: Insertable<EnrollmentsTable>,
): Promise<string | undefined> {
  const row = await trx
    .insertInto('enrollments')
    .values(enrollment)
    .onConflict((conflict) =>
      conflict
        .columns(['portalId', 'sequenceId', 'dealId', 'contactId'])
        // Literals: a plan for all values could not tell that it is this partial index.
        .where(sql<boolean>`status in ('active', 'paused')`)
        .doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

/** An enrollment with what planning its steps needs. */
export interface LockedEnrollment extends PlanFacts {
  id: string
  status: EnrollmentStatus
  stepPosition: number
  pausedRemaining: number | null
  pauseReason: PauseReason | null
  pausedUntil: Temporal.Instant | null
  dealId: string
  sequenceName: string
  hubspotContactId: string
  definition: SequenceDefinition
}

/**
 * Locks the enrollment; whoever settles a step, steers or ends it takes this lock first. A statement that waits for a move to
 * another version reads the enrollment anew but the version of before, and finds no pair of them: it holds the lock by then, so
 * the second look is at what stays.
 */
export async function lockEnrollment(trx: Trx, portalId: number, id: string): Promise<LockedEnrollment | undefined> {
  const locked = oneEnrollment(trx, portalId, id).forUpdate('e')
  return (await locked.executeTakeFirst()) ?? locked.executeTakeFirst()
}

/** Locks an enrollment that is open in an archived sequence, and gives its id; undefined for every other one. */
export async function lockIfArchived(trx: Trx, portalId: number, id: string): Promise<string | undefined> {
  const row = await trx
    .selectFrom('enrollments as e')
    .innerJoin('sequences as s', (join) =>
      join.onRef('s.portalId', '=', 'e.portalId').onRef('s.id', '=', 'e.sequenceId'),
    )
    .where('e.portalId', '=', portalId)
    .where('e.id', '=', id)
    .where('e.status', 'in', ['active', 'paused'])
    .where('s.status', '=', 'archived')
    .select('e.id')
    .forUpdate('e')
    .executeTakeFirst()
  return row?.id
}

/** The same without the lock: for what only looks. */
export async function findEnrollment(trx: Trx, portalId: number, id: string): Promise<LockedEnrollment | undefined> {
  return oneEnrollment(trx, portalId, id).executeTakeFirst()
}

function oneEnrollment(trx: Trx, portalId: number, id: string) {
  return trx
    .selectFrom('enrollments as e')
    .innerJoin('sequenceVersions as v', (join) =>
      join
        .onRef('v.portalId', '=', 'e.portalId')
        .onRef('v.sequenceId', '=', 'e.sequenceId')
        .onRef('v.version', '=', 'e.version'),
    )
    .innerJoin('sequences as s', (join) =>
      join.onRef('s.portalId', '=', 'e.portalId').onRef('s.id', '=', 'e.sequenceId'),
    )
    .innerJoin('contacts as c', (join) => join.onRef('c.portalId', '=', 'e.portalId').onRef('c.id', '=', 'e.contactId'))
    .innerJoin('installations as i', 'i.portalId', 'e.portalId')
    .leftJoin('deals as d', (join) => join.onRef('d.portalId', '=', 'e.portalId').onRef('d.dealId', '=', 'e.dealId'))
    .leftJoin('owners as w', (join) =>
      join.onRef('w.portalId', '=', 'd.portalId').onRef('w.ownerId', '=', 'd.ownerId').on('w.archived', '=', false),
    )
    .where('e.portalId', '=', portalId)
    .where('e.id', '=', id)
    .select([
      'e.id',
      'e.status',
      'e.stepPosition',
      'e.pausedRemaining',
      'e.pauseReason',
      'e.pausedUntil',
      'e.dealId',
      's.name as sequenceName',
      'c.contactId as hubspotContactId',
      'c.timeZone as contactTimeZone',
      'w.timeZone as ownerTimeZone',
      'i.timeZone as portalTimeZone',
      'd.closeDate',
      'v.definition',
    ])
}

export async function setPosition(
  trx: Trx,
  portalId: number,
  id: string,
  position: number,
  now: Temporal.Instant,
): Promise<void> {
  await trx
    .updateTable('enrollments')
    // What was left belongs to the step before: an event may end a wait during a pause.
    .set({ stepPosition: position, pausedRemaining: null, updatedAt: now })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .execute()
}

/** Plans a step run; one that is there already for this step and epoch stays as it is, and the answer is false. */
export async function insertStepRun(trx: Trx, run: Insertable<StepRunsTable>): Promise<boolean> {
  const row = await trx
    .insertInto('stepRuns')
    .values(run)
    .onConflict((conflict) => conflict.columns(['portalId', 'enrollmentId', 'stepId', 'epoch']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** What planning the first step needs, and what later changes are told apart from. */
export interface StartFacts extends PlanFacts {
  readonly stageId: string | null
  readonly ownerId: string | null
  /** The later ones of the deal's and the contact's. */
  readonly bookedAt: Temporal.Instant | null
  readonly meetingAt: Temporal.Instant | null
}

/** As kept of a deal and a contact (our id). */
export async function getStartFacts(
  trx: Trx,
  portalId: number,
  dealId: string,
  contactId: string,
): Promise<StartFacts> {
  return trx
    .selectFrom('contacts as c')
    .innerJoin('installations as i', 'i.portalId', 'c.portalId')
    .leftJoin('deals as d', (join) => join.onRef('d.portalId', '=', 'c.portalId').on('d.dealId', '=', dealId))
    .leftJoin('owners as w', (join) =>
      join.onRef('w.portalId', '=', 'd.portalId').onRef('w.ownerId', '=', 'd.ownerId').on('w.archived', '=', false),
    )
    .where('c.portalId', '=', portalId)
    .where('c.id', '=', contactId)
    .select(['c.timeZone as contactTimeZone', 'w.timeZone as ownerTimeZone', 'i.timeZone as portalTimeZone'])
    .select(['d.closeDate', 'd.stageId', 'd.ownerId'])
    .select([
      sql<Temporal.Instant | null>`greatest(c.booked_at, d.booked_at)`.as('bookedAt'),
      sql<Temporal.Instant | null>`greatest(c.meeting_at, d.meeting_at)`.as('meetingAt'),
    ])
    .executeTakeFirstOrThrow()
}

/** An enrollment that still may send. */
export interface OpenEnrollment {
  readonly id: string
  readonly dealId: string
  /** HubSpot's id. */
  readonly contactId: string
  readonly source: 'stage' | 'manual'
  /** Null when leaving the stage does not stop it. */
  readonly stageId: string | null
  readonly pipelineId: string | null
  /** The stage the deal was in when it began; null when that is not known. */
  readonly startStageId: string | null
  /** A deal that is closed since then stops it. */
  readonly stopWhenClosed: boolean
}

export async function selectOpenEnrollments(
  trx: Trx,
  portalId: number,
  of: { dealIds: readonly string[] } | { contactIds: readonly string[] },
): Promise<OpenEnrollment[]> {
  const [column, ids] =
    'dealIds' in of ? (['e.dealId', of.dealIds] as const) : (['c.contactId', of.contactIds] as const)
  if (ids.length === 0) return []
  return trx
    .selectFrom('enrollments as e')
    .innerJoin('contacts as c', (join) => join.onRef('c.portalId', '=', 'e.portalId').onRef('c.id', '=', 'e.contactId'))
    .innerJoin('sequenceVersions as v', (join) =>
      join
        .onRef('v.portalId', '=', 'e.portalId')
        .onRef('v.sequenceId', '=', 'e.sequenceId')
        .onRef('v.version', '=', 'e.version'),
    )
    .where('e.portalId', '=', portalId)
    .where('e.status', 'in', ['active', 'paused'])
    .where(column, 'in', ids)
    .select(['e.id', 'e.dealId', 'c.contactId', 'e.source', 'e.stageId', 'e.pipelineId', 'e.startStageId'])
    .select(sql<boolean>`coalesce((v.definition ->> 'stopWhenClosed')::boolean, true)`.as('stopWhenClosed'))
    .orderBy('e.id')
    .execute()
}
