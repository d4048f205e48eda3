import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

export interface SampleDealRecord {
  readonly dealId: string
  readonly name: string | null
  readonly contacts: readonly {
    readonly contactId: string
    readonly firstName: string | null
    readonly lastName: string | null
    readonly email: string | null
  }[]
}

const DEALS = 10
const CONTACTS = 20

/**
 * Deals with contacts, those that HubSpot told about last first: all whose name contains `search`, in any case, or whose number it
 * is; an empty one finds any.
 */
export async function selectSampleDeals(trx: Trx, portalId: number, search: string): Promise<SampleDealRecord[]> {
  const { rows } = await sql<SampleDealRecord>`
    select d.deal_id, d.name, people.contacts
    from deals d
    cross join lateral (
      select json_agg(json_build_object('contactId', p.contact_id, 'firstName', p.first_name,
        'lastName', p.last_name, 'email', p.email) order by p.contact_id) as contacts
      from (
        select c.contact_id, c.first_name, c.last_name, c.email
        from deal_contacts o
        join contacts c on c.portal_id = o.portal_id and c.contact_id = o.contact_id
        where o.portal_id = ${portalId} and o.deal_id = d.deal_id and not c.deleted
        order by c.contact_id
        limit ${CONTACTS}
      ) p
    ) people
    where d.portal_id = ${portalId} and not d.deleted and people.contacts is not null
      and (d.deal_id = ${search} or strpos(lower(d.name), lower(${search})) > 0 or ${search} = '')
    order by d.deal_id = ${search} desc, d.read_at desc, d.deal_id
    limit ${DEALS}
  `.execute(trx)
  return rows
}
