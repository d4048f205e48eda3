import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

export interface Tally {
  readonly moved: number
  readonly stayed: number
}

export async function countOutcomes(trx: Trx, portalId: number, moveId: string): Promise<Tally> {
  const { rows } = await sql<Tally>`
    select count(*) filter (where reason is null) as moved, count(*) filter (where reason is not null) as stayed
    from version_move_outcomes where portal_id = ${portalId} and move_id = ${moveId}
  `.execute(trx)
  return rows[0] ?? { moved: 0, stayed: 0 }
}

/** Who stayed and why, in id order. */
export async function listStayed(
  trx: Trx,
  portalId: number,
  moveId: string,
  limit: number,
): Promise<{ enrollmentId: string; dealId: string; contactName: string; reason: string }[]> {
  const { rows } = await sql<{ enrollmentId: string; dealId: string; contactName: string; reason: string }>`
    select o.enrollment_id, e.deal_id, o.reason,
      coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.email, 'Contact ' || c.contact_id) as contact_name
    from version_move_outcomes o
    join enrollments e on e.portal_id = o.portal_id and e.id = o.enrollment_id
    join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
    where o.portal_id = ${portalId} and o.move_id = ${moveId} and o.reason is not null
    order by o.enrollment_id limit ${limit}
  `.execute(trx)
  return rows
}
