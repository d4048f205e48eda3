import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** Gives a row another HubSpot id, unless a row has that already; says whether it did. */
export async function changeHubSpotId(
  trx: Trx,
  portalId: number,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<boolean> {
  const { rows } = await sql`
    update contacts c set contact_id = ${to} where c.portal_id = ${portalId} and c.contact_id = ${from}
      and not exists (select from contacts o where o.portal_id = ${portalId} and o.contact_id = ${to})
    returning c.id
  `.execute(trx)
  return rows.length > 0
}

/** Our ids of the rows that went into this one, directly or one after another. */
export async function selectMergedInto(trx: Trx, portalId: number, into: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('contacts')
    .where('portalId', '=', portalId)
    .where('mergedInto', '=', into)
    .select('id')
    .orderBy('id')
    .execute()
  return rows.map((row) => row.id)
}
