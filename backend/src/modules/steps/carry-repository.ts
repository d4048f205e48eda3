import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** A run that was settled just now, and so planned the next one of its enrollment. */
export interface SettledRun {
  readonly enrollmentId: string
  readonly plannedFor: Temporal.Instant
}

/**
 * Writes when the next step was wanted: not later than `wanted`, where that is known. And behind a step from before a restored backup, a step that would have had its
 * turn before the restore as well may have had it: its wait is counted from then, and it waits for a person too.
 */
export async function moveWantedBack(
  trx: Trx,
  portalId: number,
  run: SettledRun & { readonly wanted: Temporal.Instant | null },
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    update step_runs r set planned_for = c.planned_for
    from (
      select n.id, case
        when ${run.plannedFor}::timestamptz <= b.restored_at and n.due_at - (${now}::timestamptz - ${run.plannedFor}::timestamptz) <= b.restored_at
          then n.due_at - (${now}::timestamptz - ${run.plannedFor}::timestamptz)
        when n.kind = 'email' then least(n.planned_for, ${run.wanted}::timestamptz)
        else n.planned_for
      end as planned_for
      from step_runs n cross join (select max(seen_at) as restored_at from database_identities where restored) b
      where n.portal_id = ${portalId} and n.enrollment_id = ${run.enrollmentId} and n.status = 'scheduled' and n.epoch = 1
    ) c
    where r.portal_id = ${portalId} and r.id = c.id and r.planned_for is distinct from c.planned_for
  `.execute(trx)
}
