import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

export interface EarlierMail {
  readonly messageId: string
  readonly subject: string
}

/** A run that continues a conversation; `again` is its step when a person sends that once more. */
export interface Continuing {
  readonly runId: string
  readonly enrollmentId: string
  readonly again: string | null
}

/**
 * The mails of the runs' enrollments that went out, in the order of their steps, by run id: what a step without a subject
 * continues. A mail that was sent once more stands beside the first one, and a step that is sent once more does not continue what
 * came after it.
 */
export async function selectEarlierMails(
  trx: Trx,
  portalId: number,
  runs: readonly Continuing[],
): Promise<Map<string, EarlierMail[]>> {
  if (runs.length === 0) return new Map()
  const { rows } = await sql<EarlierMail & { readonly runId: string }>`
    with asked as (
      select * from unnest(${runs.map(({ runId }) => runId)}::uuid[], ${runs.map(({ enrollmentId }) => enrollmentId)}::uuid[],
        ${runs.map(({ again }) => again)}::text[]) as a (run_id, enrollment_id, again)
    ), mails as (
      select a.run_id, a.again, d.id, d.message_id, d.subject, d.created_at, r.step_id,
        min(d.created_at) over (partition by a.run_id, r.step_id) as began
      from asked a join deliveries d on d.portal_id = ${portalId} and d.enrollment_id = a.enrollment_id
      join step_runs r on r.portal_id = d.portal_id and r.id = d.step_run_id
      where d.status in ('accepted', 'unconfirmed')
    )
    select run_id, message_id, coalesce(subject, '') as subject from mails m
    where again is null or began <= (select x.began from mails x where x.run_id = m.run_id and x.step_id = m.again limit 1)
    order by began, created_at, id
  `.execute(trx)
  const byRun = Map.groupBy(rows, ({ runId }) => runId)
  return new Map(
    [...byRun].map(([runId, mails]) => [runId, mails.map(({ messageId, subject }) => ({ messageId, subject }))]),
  )
}
