import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** A sequence that had begun for a deal before the deal was won. */
export interface NewConversion {
  readonly sequenceId: string
  readonly sequenceName: string
  /** HubSpot's ids of the contacts it had begun for and that HubSpot still has. */
  readonly contactIds: string[]
}

/**
 * Remembers that a deal was won in this stage and gives the sequences for which that is new. One that began in that very stage,
 * or after it was entered, did not lead there.
 */
export async function insertConversions(
  trx: Trx,
  portalId: number,
  deal: { readonly dealId: string; readonly stageId: string | null; readonly wonAt: Temporal.Instant },
): Promise<NewConversion[]> {
  const { rows } = await sql<NewConversion>`
    with new as (
      insert into conversions (portal_id, deal_id, sequence_id, converted_at)
      select distinct e.portal_id, e.deal_id, e.sequence_id, ${deal.wonAt}::timestamptz from enrollments e
      where e.portal_id = ${portalId} and e.deal_id = ${deal.dealId} and e.enrolled_at <= ${deal.wonAt}
        and e.start_stage_id is distinct from ${deal.stageId}
      on conflict (portal_id, deal_id, sequence_id) do nothing
      returning sequence_id
    )
    select s.id as sequence_id, s.name as sequence_name, 
      coalesce(array_agg(distinct c.contact_id) filter (where not c.deleted), '{}') as contact_ids
    from new n
    join sequences s on s.portal_id = ${portalId} and s.id = n.sequence_id
    join enrollments e on e.portal_id = s.portal_id and e.sequence_id = s.id and e.deal_id = ${deal.dealId}
      and e.enrolled_at <= ${deal.wonAt} and e.start_stage_id is distinct from ${deal.stageId}
    join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
    group by s.id, s.name order by s.name, s.id
  `.execute(trx)
  return rows
}
