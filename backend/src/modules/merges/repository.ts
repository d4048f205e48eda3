import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** Those of these deals (HubSpot's ids) that are kept and not known to have gone into another one, locked. */
export async function lockUnmergedDeals(trx: Trx, portalId: number, dealIds: readonly string[]): Promise<string[]> {
  if (dealIds.length === 0) return []
  const rows = await trx
    .selectFrom('deals')
    .where('portalId', '=', portalId)
    .where('dealId', 'in', dealIds)
    .where('mergedInto', 'is', null)
    .select('dealId')
    .orderBy('dealId')
    .forUpdate()
    .execute()
  return rows.map((row) => row.dealId)
}

/** A kept contact: our id and HubSpot's. */
export interface Person {
  readonly id: string
  readonly contactId: string
}

/** The same of contacts. */
export async function lockUnmergedContacts(
  trx: Trx,
  portalId: number,
  contactIds: readonly string[],
): Promise<Person[]> {
  if (contactIds.length === 0) return []
  return trx
    .selectFrom('contacts')
    .where('portalId', '=', portalId)
    .where('contactId', 'in', contactIds)
    .where('mergedInto', 'is', null)
    .select(['id', 'contactId'])
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** Which of these are kept and not known to be merged: a look without a lock, at most readings all that is done. */
export async function selectUnmerged(
  trx: Trx,
  portalId: number,
  of: { readonly dealIds: readonly string[]; readonly contactIds: readonly string[] },
): Promise<{ kind: 'deal' | 'contact'; id: string }[]> {
  const { rows } = await sql<{ kind: 'deal' | 'contact'; id: string }>`
    select 'deal' as kind, deal_id as id from deals
    where portal_id = ${portalId} and deal_id = any(${[...of.dealIds]}::text[]) and merged_into is null
    union all
    select 'contact', contact_id from contacts
    where portal_id = ${portalId} and contact_id = any(${[...of.contactIds]}::text[]) and merged_into is null
  `.execute(trx)
  return rows
}

/** An enrollment of records that are one by now. */
export interface FamilyMember {
  readonly id: string
  /** The same for all that one person must not be in twice. */
  readonly key: string
  /** The record it belongs to: HubSpot's id of the deal, or our id of the contact. */
  readonly place: string
  readonly open: boolean
  readonly enrolledAt: Temporal.Instant
}

/**
 * All that was ever enrolled through a deal and those that went into it, locked. Its contacts are locked first, as for enrolling:
 * nobody enrolls them until the transaction ends.
 */
export async function lockFamilyOfDeal(trx: Trx, portalId: number, dealId: string): Promise<FamilyMember[]> {
  const deals = sql`(select ${dealId}::text union select deal_id from deals where portal_id = ${portalId} and merged_into = ${dealId})`
  await sql`
    select from contacts where portal_id = ${portalId}
      and id in (select contact_id from enrollments where portal_id = ${portalId} and deal_id in ${deals})
    order by id for update
  `.execute(trx)
  const { rows } = await sql<FamilyMember>`
    select e.id, e.sequence_id || '/' || coalesce(c.merged_into, c.id) as key, e.deal_id as place,
      e.status in ('active', 'paused') as open, e.enrolled_at
    from enrollments e join contacts c on c.portal_id = ${portalId} and c.id = e.contact_id
    where e.portal_id = ${portalId} and e.deal_id in ${deals}
    order by e.id for update of e
  `.execute(trx)
  return rows
}

/** The same of a contact and those that went into it, by our id. They must be locked. */
export async function lockFamilyOfContact(trx: Trx, portalId: number, id: string): Promise<FamilyMember[]> {
  const { rows } = await sql<FamilyMember>`
    select e.id, e.sequence_id || '/' || coalesce(d.merged_into, e.deal_id) as key, e.contact_id as place,
      e.status in ('active', 'paused') as open, e.enrolled_at
    from enrollments e left join deals d on d.portal_id = ${portalId} and d.deal_id = e.deal_id
    where e.portal_id = ${portalId} and e.contact_id in (
      select ${id}::uuid union select id from contacts where portal_id = ${portalId} and merged_into = ${id})
    order by e.id for update of e
  `.execute(trx)
  return rows
}

/** What the log says of an enrollment that goes on with another record. */
export interface Moved {
  readonly id: string
  readonly dealId: string
  /** HubSpot's. */
  readonly contactId: string
  readonly sequenceName: string
}

/** Gives enrollments to another deal (HubSpot's id) or contact (our id). */
export async function moveEnrollments(
  trx: Trx,
  portalId: number,
  ids: readonly string[],
  to: { readonly dealId: string } | { readonly contactId: string },
): Promise<Moved[]> {
  if (ids.length === 0) return []
  return trx
    .updateTable('enrollments as e')
    .from('contacts as c')
    .from('sequences as s')
    .set(to)
    .where('e.portalId', '=', portalId)
    .where('e.id', 'in', ids)
    .where('c.portalId', '=', portalId)
    .where((eb) => eb('c.id', '=', 'contactId' in to ? eb.val(to.contactId) : eb.ref('e.contactId')))
    .where('s.portalId', '=', portalId)
    .whereRef('s.id', '=', 'e.sequenceId')
    .returning(['e.id', 'e.dealId', 'c.contactId', 's.name as sequenceName'])
    .execute()
}

/** The places of contacts in a deal that went into another, where the one that stays has none for them; the newest counts. */
export async function carryPlacesOfDeals(
  trx: Trx,
  portalId: number,
  gone: readonly string[],
  into: string,
): Promise<void> {
  await sql`
    insert into contact_places (portal_id, deal_id, contact_id, place_id, moved_at)
    select ${portalId}::bigint, ${into}::text, contact_id, place_id, moved_at from contact_places
    where portal_id = ${portalId} and deal_id = any(${[...gone]}::text[])
    order by moved_at desc
    on conflict do nothing
  `.execute(trx)
}

/** The same of contacts that went into another, by our ids. */
export async function carryPlacesOfContacts(
  trx: Trx,
  portalId: number,
  gone: readonly string[],
  into: string,
): Promise<void> {
  await sql`
    insert into contact_places (portal_id, deal_id, contact_id, place_id, moved_at)
    select ${portalId}::bigint, deal_id, ${into}::uuid, place_id, moved_at from contact_places
    where portal_id = ${portalId} and contact_id = any(${[...gone]}::uuid[])
    order by moved_at desc
    on conflict do nothing
  `.execute(trx)
}
