import { sql } from 'kysely'
import type { Talks } from '#core/talks.ts'
import type { Trx } from '#db/database.ts'

export interface ContactFields extends Talks {
  contactId: string
  email: string | null
  firstName: string | null
  lastName: string | null
  phone: string | null
  company: string | null
  optedOut: boolean
  timeZone: string | null
}

export interface StoredContact extends ContactFields {
  id: string
  deleted: boolean
  /** When HubSpot last said so, or a deletion was heard of. */
  readAt: Temporal.Instant
}

const columns = [
  'id',
  'contactId',
  'email',
  'firstName',
  'lastName',
  'phone',
  'company',
  'optedOut',
  'timeZone',
  'repliedAt',
  'bookedAt',
  'meetingAt',
  'deleted',
  'readAt',
] as const

/** What is forgotten with a person. */
const NO_TALKS = { repliedAt: null, bookedAt: null, meetingAt: null }

/** Contacts that share one of these HubSpot ids or addresses, locked in id order. */
export async function lockContacts(
  trx: Trx,
  portalId: number,
  contactIds: readonly string[],
  emails: readonly string[],
): Promise<StoredContact[]> {
  if (contactIds.length === 0 && emails.length === 0) return []
  return trx
    .selectFrom('contacts')
    .where('portalId', '=', portalId)
    .where((eb) =>
      eb.or([
        ...(contactIds.length > 0 ? [eb('contactId', 'in', contactIds)] : []),
        ...(emails.length > 0 ? [eb('email', 'in', emails)] : []),
      ]),
    )
    .select(columns)
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** Adds a contact; undefined when another transaction was faster with its id or address. */
export async function insertContact(
  trx: Trx,
  portalId: number,
  id: string,
  fields: ContactFields,
  readAt: Temporal.Instant,
): Promise<StoredContact | undefined> {
  return trx
    .insertInto('contacts')
    .values({ portalId, id, ...fields, deleted: false, readAt })
    .onConflict((conflict) => conflict.doNothing())
    .returning(columns)
    .executeTakeFirst()
}

export async function updateContact(
  trx: Trx,
  portalId: number,
  id: string,
  fields: ContactFields,
  readAt: Temporal.Instant,
): Promise<void> {
  await trx
    .updateTable('contacts')
    .set({ ...fields, deleted: false, readAt })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .execute()
}

/** HubSpot said again what is kept; an older reading says nothing new. */
export async function confirmContacts(
  trx: Trx,
  portalId: number,
  ids: readonly string[],
  readAt: Temporal.Instant,
): Promise<void> {
  if (ids.length === 0) return
  await trx
    .updateTable('contacts')
    .set({ readAt })
    .where('portalId', '=', portalId)
    .where('id', 'in', ids)
    .where('readAt', '<', readAt)
    .execute()
}

/** Takes the addresses off rows whose records have others now, so that another row may have them. */
export async function clearAddresses(trx: Trx, portalId: number, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await trx
    .updateTable('contacts')
    .set({ email: null })
    .where('portalId', '=', portalId)
    .where('id', 'in', ids)
    .execute()
}

/** Frees an address or a HubSpot id that now belongs to another row of the same person. */
export async function releaseIdentity(
  trx: Trx,
  portalId: number,
  id: string,
  into: string,
  now: Temporal.Instant,
): Promise<void> {
  await markMerged(trx, portalId, into, [id])
  await trx
    .updateTable('contacts')
    .set({
      email: null,
      firstName: null,
      lastName: null,
      phone: null,
      company: null,
      timeZone: null,
      ...NO_TALKS,
      deleted: true,
      readAt: now,
      contactId: sql<string>`'merged:' || contacts.id`,
    })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .execute()
}

/** Points rows at the row that carries the person on; those merged into them before follow. Our ids. */
export async function markMerged(trx: Trx, portalId: number, into: string, merged: readonly string[]): Promise<void> {
  if (merged.length === 0) return
  await trx
    .updateTable('contacts')
    .set({ mergedInto: into })
    .where('portalId', '=', portalId)
    .where((eb) => eb.or([eb('id', 'in', merged), eb('mergedInto', 'in', merged)]))
    .where('id', '<>', into)
    .execute()
}

/** Our ids of the contacts with these HubSpot ids. */
export async function selectIds(trx: Trx, portalId: number, contactIds: readonly string[]): Promise<string[]> {
  if (contactIds.length === 0) return []
  const rows = await trx
    .selectFrom('contacts')
    .where('portalId', '=', portalId)
    .where('contactId', 'in', contactIds)
    .select('id')
    .orderBy('id')
    .execute()
  return rows.map((row) => row.id)
}

export async function markContactsDeleted(
  trx: Trx,
  portalId: number,
  contactIds: readonly string[],
  now: Temporal.Instant,
): Promise<StoredContact[]> {
  if (contactIds.length === 0) return []
  return trx
    .updateTable('contacts')
    .set({ deleted: true, readAt: now })
    .where('portalId', '=', portalId)
    .where('contactId', 'in', contactIds)
    .returning(columns)
    .execute()
}

/** Forgets what these records said about a person: another record carries it on. */
export async function blankContacts(trx: Trx, portalId: number, contactIds: readonly string[]): Promise<void> {
  if (contactIds.length === 0) return
  await trx
    .updateTable('contacts')
    .set({ email: null, firstName: null, lastName: null, phone: null, company: null, timeZone: null, ...NO_TALKS })
    .where('portalId', '=', portalId)
    .where('contactId', 'in', contactIds)
    .execute()
}

/** Removes what names the person; the row stays, because enrollments and their history point at it. */
export async function erasePerson(trx: Trx, portalId: number, id: string, now: Temporal.Instant): Promise<void> {
  await trx
    .updateTable('contacts')
    .set({
      email: null,
      firstName: null,
      lastName: null,
      phone: null,
      company: null,
      timeZone: null,
      ...NO_TALKS,
      deleted: true,
      readAt: now,
    })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .execute()
  await trx
    .updateTable('deliveries as d')
    .from('enrollments as e')
    .set({ recipient: null, subject: null, mime: null, links: null, response: null })
    .where('d.portalId', '=', portalId)
    .where('e.portalId', '=', portalId)
    .whereRef('e.id', '=', 'd.enrollmentId')
    .where('e.contactId', '=', id)
    .execute()
  await sql`
    with persons as (select e.id from enrollments e where e.portal_id = ${portalId} and e.contact_id = ${id}),
      clicked as (delete from clicks k using persons p where k.portal_id = ${portalId} and k.enrollment_id = p.id)
    delete from opens o using persons p where o.portal_id = ${portalId} and o.enrollment_id = p.id
  `.execute(trx)
  // The words of a mail that was edited for the person; what names them is gone with the mail.
  await sql`
    update mail_approvals a set subject = null, body = null, digest = ''
    from enrollments e
    where a.portal_id = ${portalId} and e.portal_id = ${portalId} and e.contact_id = ${id} and a.enrollment_id = e.id
  `.execute(trx)
  // Where the person's clock decided, a step's sentence names the zone; a mail server's words often quote the address.
  await sql`
    update step_runs r set why = 'The contact was erased.'
    from enrollments e
    where r.portal_id = ${portalId} and e.portal_id = ${portalId} and e.contact_id = ${id}
      and r.enrollment_id = e.id
      and r.why ~ 'contact''s time zone|^The mail server (said|refused|could)|^Nobody can know whether it was sent: '
  `.execute(trx)
  // A subject may name the person; the entry itself names ids only.
  await sql`
    update timeline_entries t set properties = t.properties - 'subject'
    from enrollments e
    where t.portal_id = ${portalId} and e.portal_id = ${portalId} and e.contact_id = ${id}
      and t.properties ->> 'enrollmentId' = e.id::text and t.properties ? 'subject'
  `.execute(trx)
}

export async function selectDealContacts(trx: Trx, portalId: number, dealId: string): Promise<StoredContact[]> {
  return trx
    .selectFrom('contacts as c')
    .innerJoin('dealContacts as d', (join) =>
      join.onRef('d.portalId', '=', 'c.portalId').onRef('d.contactId', '=', 'c.contactId'),
    )
    .where('c.portalId', '=', portalId)
    .where('d.dealId', '=', dealId)
    .select([
      'c.id',
      'c.contactId',
      'c.email',
      'c.firstName',
      'c.lastName',
      'c.phone',
      'c.company',
      'c.optedOut',
      'c.timeZone',
      'c.repliedAt',
      'c.bookedAt',
      'c.meetingAt',
      'c.deleted',
      'c.readAt',
    ])
    .execute()
}
