import { inPortal } from '#db/in-portal.ts'
import { mergeContacts } from '#modules/merges/merge-contacts.ts'
import type { EnrolledContact, Sending } from './sending.ts'

/** One enrolled contact's record goes into another's; says what HubSpot calls the one that stays. */
export async function mergeEnrolled(sending: Sending, gone: EnrolledContact, stays: EnrolledContact): Promise<string> {
  const { deps, portal, portalId } = sending
  const rows = await sending.query<{ id: string; contactId: string }>(
    `select id, contact_id from contacts where portal_id = ${portalId}`,
  )
  const names = new Map(rows.map(({ id, contactId }) => [id, contactId]))
  const into = names.get(stays.contactId) ?? ''
  const merged = [names.get(gone.contactId) ?? '']
  await inPortal(deps.db, portalId, (trx) => mergeContacts(deps, trx, portal, { into, merged, before: null }))
  return into
}
