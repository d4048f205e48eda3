import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

export interface PastEnrollmentRow {
  readonly id: string
  readonly dealId: string
  readonly sequenceId: string
  /** When the stage entry happened that began it; null when a person did. */
  readonly entryAt: Temporal.Instant | null
  /** Null while it runs or is paused. */
  readonly endedAt: Temporal.Instant | null
}

export async function selectPastEnrollments(
  trx: Trx,
  portalId: number,
  contactIds: readonly string[],
): Promise<(PastEnrollmentRow & { contactId: string })[]> {
  const { rows } = await sql<PastEnrollmentRow & { contactId: string }>`
    select e.id, e.deal_id, e.sequence_id, s.entered_at as entry_at, e.ended_at, c.person as contact_id
    from (
      select id, id as person from contacts where portal_id = ${portalId} and id = any(${[...contactIds]}::uuid[])
      union
      select id, merged_into from contacts
      where portal_id = ${portalId} and merged_into = any(${[...contactIds]}::uuid[])
    ) c
    join enrollments e on e.portal_id = ${portalId} and e.contact_id = c.id
    left join stage_entries s on s.portal_id = ${portalId} and s.id = e.stage_entry_id
    order by e.id
  `.execute(trx)
  return rows
}
