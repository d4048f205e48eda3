import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** Whether something about the deal is about to change: an event waits, or a step of a running sequence is due or going out. */
export async function hasWork(trx: Trx, portalId: number, dealId: string, now: Temporal.Instant): Promise<boolean> {
  const { rows } = await sql<{ working: boolean }>`
    select exists (
      select from events where portal_id = ${portalId} and lane_key = ${`deal:${dealId}`} and status = 'pending'
    ) or exists (
      select from enrollments e
      join sequences s on s.portal_id = e.portal_id and s.id = e.sequence_id and s.status in ('active', 'finishing')
      join step_runs r on r.portal_id = e.portal_id and r.enrollment_id = e.id
      where e.portal_id = ${portalId} and e.deal_id = ${dealId}
        and (e.status = 'active' or (e.status = 'completed' and r.epoch > 1))
        and (r.status = 'sending' or (r.status = 'scheduled' and r.due_at <= ${now}))
    ) as working
  `.execute(trx)
  return rows[0]?.working ?? false
}
