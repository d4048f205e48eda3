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

/** An enrollment of records that become one. */
export interface FamilyMember {
  readonly id: string
  /** The same for all that one person must not be in twice. */
  readonly key: string
  /** The record it belongs to, or that its own went into before: HubSpot's id of the deal, or our id of the contact. */
  readonly place: string
  readonly open: boolean
  readonly enrolledAt: Temporal.Instant
}

/**
 * All that was ever enrolled through these deals and those that went into them before, locked. Its contacts are locked first, as
 * for enrolling: nobody enrolls them until the transaction ends. Read it before the merge is kept.
 */
export async function lockFamilyOfDeals(
  trx: Trx,
  portalId: number,
  dealIds: readonly string[],
): Promise<FamilyMember[]> {
  const ids = sql`${[...dealIds]}::text[]`
  const deals = sql`(select unnest(${ids}) union select deal_id from deals where portal_id = ${portalId} and merged_into = any(${ids}))`
  await sql`
    select from contacts where portal_id = ${portalId}
      and id in (select contact_id from enrollments where portal_id = ${portalId} and deal_id in ${deals})
    order by id for update
  `.execute(trx)
  const { rows } = await sql<FamilyMember>`
    select e.id, e.sequence_id || '/' || coalesce(c.merged_into, c.id) as key,
      coalesce(d.merged_into, e.deal_id) as place, e.status in ('active', 'paused') as open, e.enrolled_at
    from enrollments e
    join contacts c on c.portal_id = ${portalId} and c.id = e.contact_id
    left join deals d on d.portal_id = ${portalId} and d.deal_id = e.deal_id
    where e.portal_id = ${portalId} and e.deal_id in ${deals}
    order by e.id for update of e
  `.execute(trx)
  return rows
}

/** The same of contacts, by our ids. They must be locked. */
export async function lockFamilyOfContacts(
  trx: Trx,
  portalId: number,
  ids: readonly string[],
): Promise<FamilyMember[]> {
  const people = sql`${[...ids]}::uuid[]`
  const { rows } = await sql<FamilyMember>`
    select e.id, e.sequence_id || '/' || coalesce(d.merged_into, e.deal_id) as key,
      coalesce(c.merged_into, c.id) as place, e.status in ('active', 'paused') as open, e.enrolled_at
    from enrollments e
    join contacts c on c.portal_id = ${portalId} and c.id = e.contact_id
    left join deals d on d.portal_id = ${portalId} and d.deal_id = e.deal_id
    where e.portal_id = ${portalId} and e.contact_id in (
      select unnest(${people}) union select id from contacts where portal_id = ${portalId} and merged_into = any(${people}))
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
