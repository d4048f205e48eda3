import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { StepKind } from '#shared/vocabulary.ts'

/** A step run that belongs to this worker until `leaseUntil`, as long as nobody raised `claimNo`. */
export interface ClaimedRun {
  readonly id: string
  readonly enrollmentId: string
  readonly stepId: string
  /** From 0. */
  readonly position: number
  readonly kind: StepKind
  readonly epoch: number
  /** A person sends this step's mail once more: another run of the step came before and moved the enrollment on. */
  readonly resend: boolean
  /** Temporary refusals so far. */
  readonly attempts: number
  readonly claimNo: number
  readonly dueAt: Temporal.Instant
  /** When the sequence wanted it; tries that failed and outages do not move this. */
  readonly plannedFor: Temporal.Instant
  /** When a person said that it may go although it is late; null when nobody did. */
  readonly approvedAt: Temporal.Instant | null
  /** Until when something deliberate made it wait, a limit or a pause for example; null when nothing did. */
  readonly waitedUntil: Temporal.Instant | null
  /** When a wait for an event is over without it; null for every other step. */
  readonly deadline: Temporal.Instant | null
  readonly leaseUntil: Temporal.Instant
}

/** Of run `r`; an epoch alone does not say it, because a resumed step gets a new one too. */
const IS_RESEND = sql<boolean>`(r.epoch > 1 and exists (
  select from step_runs o where o.portal_id = r.portal_id and o.enrollment_id = r.enrollment_id and o.step_id = r.step_id
    and o.epoch < r.epoch
))`

/** Locks the portal's lane when it is due and free. `expired` says whether leases ran out. */
export async function lockDueLane(
  trx: Trx,
  portalId: number,
  now: Temporal.Instant,
): Promise<{ expired: boolean } | undefined> {
  const { rows } = await sql<{ expired: boolean }>`
    select exists (
      select from step_runs r where r.portal_id = ${portalId} and r.status = 'sending' and r.lease_until <= ${now}
    ) as expired
    from lanes l
    where l.portal_id = ${portalId} and l.kind = 'steps' and l.key = '' and l.due_at <= ${now}
    for update of l skip locked
  `.execute(trx)
  return rows[0]
}

/** Locks the portal's lane, due or not, when it is free. */
export async function lockLane(trx: Trx, portalId: number): Promise<boolean> {
  const { rows } = await sql`
    select key from lanes where portal_id = ${portalId} and kind = 'steps' and key = '' for update skip locked
  `.execute(trx)
  return rows.length > 0
}

/**
 * Takes due runs in due order; of those that are due at the same moment, the enrollments that began first: where there is not room
 * for all, they have waited longest. One statement: the inner lock skips what another transaction has in hand.
 */
export async function claimRuns(
  trx: Trx,
  portalId: number,
  now: Temporal.Instant,
  leaseUntil: Temporal.Instant,
  limit: number,
): Promise<ClaimedRun[]> {
  const { rows } = await sql<ClaimedRun>`
    with due as (
      select id from step_runs
      where portal_id = ${portalId} and status = 'scheduled' and due_at <= ${now}
      order by due_at, enrollment_id limit ${limit} for update skip locked
    )
    update step_runs r set status = 'sending', claim_no = r.claim_no + 1, lease_until = ${leaseUntil}
    from due where r.portal_id = ${portalId} and r.id = due.id
    returning r.id, r.enrollment_id, r.step_id, r.position, r.kind, r.epoch, ${IS_RESEND} as resend, r.attempts, r.claim_no,
      r.due_at, r.planned_for, r.approved_at, r.waited_until, r.deadline, r.lease_until
  `.execute(trx)
  return rows.sort(inOrder)
}

/** An update gives its rows in no order. */
function inOrder(one: ClaimedRun, other: ClaimedRun): number {
  const byTime = Temporal.Instant.compare(one.dueAt, other.dueAt)
  return byTime || (one.enrollmentId < other.enrollmentId ? -1 : 1)
}

/** The lane follows the portal's next moment, a planned run or a lease that ends; it is gone when there is none. */
export async function moveLane(trx: Trx, portalId: number): Promise<void> {
  await sql`
    with next as (
      select least(
        (select due_at from step_runs where portal_id = ${portalId} and status = 'scheduled' order by due_at limit 1),
        (select lease_until from step_runs where portal_id = ${portalId} and status = 'sending' order by lease_until limit 1)
      ) as at
    ), drained as (
      delete from lanes using next
      where portal_id = ${portalId} and kind = 'steps' and key = '' and next.at is null
    )
    update lanes set due_at = next.at, not_before = null, lease = null
    from next where portal_id = ${portalId} and kind = 'steps' and key = '' and next.at is not null
  `.execute(trx)
}

/** Locks runs whose worker did not come back. */
export async function lockExpiredRuns(
  trx: Trx,
  portalId: number,
  now: Temporal.Instant,
  limit: number,
): Promise<ClaimedRun[]> {
  const { rows } = await sql<ClaimedRun>`
    select r.id, r.enrollment_id, r.step_id, r.position, r.kind, r.epoch, ${IS_RESEND} as resend, r.attempts, r.claim_no,
      r.due_at, r.planned_for, r.approved_at, r.waited_until, r.deadline, r.lease_until
    from step_runs r
    where r.portal_id = ${portalId} and r.status = 'sending' and r.lease_until <= ${now}
    order by r.lease_until limit ${limit} for update skip locked
  `.execute(trx)
  return rows
}

/** Which of these runs have a delivery whose content may have left. */
export async function selectRunsInData(trx: Trx, portalId: number, runIds: readonly string[]): Promise<Set<string>> {
  const rows = await trx
    .selectFrom('deliveries as d')
    .innerJoin('stepRuns as r', (join) =>
      join.onRef('r.portalId', '=', 'd.portalId').onRef('r.id', '=', 'd.stepRunId').onRef('r.epoch', '=', 'd.epoch'),
    )
    .where('d.portalId', '=', portalId)
    .where('d.stepRunId', 'in', runIds)
    .where('d.status', 'in', ['sending_data', 'unconfirmed', 'accepted'])
    .select('d.stepRunId')
    .execute()
  return new Set(rows.map((row) => row.stepRunId))
}

/** Plans runs again whose mail certainly did not leave; the next claim raises `claim_no` and so fences the old worker. */
export async function reopenRuns(trx: Trx, portalId: number, runIds: readonly string[]): Promise<void> {
  await trx
    .updateTable('stepRuns')
    .set({ status: 'scheduled', leaseUntil: null })
    .where('portalId', '=', portalId)
    .where('id', 'in', runIds)
    .where('status', '=', 'sending')
    .execute()
}
