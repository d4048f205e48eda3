import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** A run that was settled just now, and so planned the next one of its enrollment. */
export interface SettledRun {
  readonly enrollmentId: string
  readonly plannedFor: Temporal.Instant
}

/**
 * Keeps the next step from looking young when the one before it was late. A mail behind a wait was wanted when the wait ended,
 * not when a worker came back to notice it, and so is one behind a branch that the wait led to: `wanted` is that moment, null
 * when what follows is wanted from now on. And behind a step from before a restored backup, a step that would have had its turn
 * before the restore as well may have had it: its wait is counted from then, and it waits for a person too.
 */
export async function carryPlan(
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
