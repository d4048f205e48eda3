import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { StepKind } from '#shared/vocabulary.ts'

/** A run that was settled just now, and so planned the next one of its enrollment. */
export interface SettledRun {
  readonly enrollmentId: string
  readonly plannedFor: Temporal.Instant
}

/** The step an enrollment stands at, as long as nobody has it in hand. */
export async function findNextRun(
  trx: Trx,
  portalId: number,
  enrollmentId: string,
): Promise<{ position: number; kind: StepKind; dueAt: Temporal.Instant } | undefined> {
  return trx
    .selectFrom('stepRuns')
    .where('portalId', '=', portalId)
    .where('enrollmentId', '=', enrollmentId)
    .where('status', '=', 'scheduled')
    .where('epoch', '=', 1)
    .select(['position', 'kind', 'dueAt'])
    .executeTakeFirst()
}

/** Writes when the next step was wanted: at `wanted` at the latest where that is not null, or before a restored backup. */
export async function moveWantedBack(
  trx: Trx,
  portalId: number,
  run: SettledRun,
  now: Temporal.Instant,
  wanted: Temporal.Instant | null,
): Promise<void> {
  await sql`
    update step_runs r set planned_for = c.planned_for
    from (
      select n.id, case
        when ${run.plannedFor}::timestamptz <= b.restored_at and n.planned_for - (${now}::timestamptz - ${run.plannedFor}::timestamptz) <= b.restored_at
          then n.planned_for - (${now}::timestamptz - ${run.plannedFor}::timestamptz)
        when n.kind not in ('wait', 'wait_for') then least(n.planned_for, ${wanted}::timestamptz)
        else n.planned_for
      end as planned_for
      from step_runs n cross join (select max(seen_at) as restored_at from database_identities where restored) b
      where n.portal_id = ${portalId} and n.enrollment_id = ${run.enrollmentId} and n.status = 'scheduled' and n.epoch = 1
    ) c
    where r.portal_id = ${portalId} and r.id = c.id and r.planned_for is distinct from c.planned_for
  `.execute(trx)
}
