import type { Trx } from '#db/database.ts'
import type { AssociationType } from '#hubspot/associations.ts'
import type { SavedContact } from '#modules/contacts/save-contacts.ts'
import { findSuppressions } from '#modules/suppressions/find-suppressions.ts'
import type { DealFacts } from './deal-facts.ts'
import type { MemberFacts, PastEnrollment } from './enrollment-facts.ts'

/** What is known of every contact of the deal, in HubSpot's order; `past` by HubSpot's id. Empty when nobody asked for them. */
export async function listMembers(
  trx: Trx,
  portalId: number,
  deal: DealFacts,
  past: ReadonlyMap<string, readonly PastEnrollment[]>,
): Promise<MemberFacts[]> {
  const types = [...(deal.contactTypes ?? [])]
  const addresses = types.flatMap(([contactId]) => deal.contacts.get(contactId)?.email ?? [])
  const suppressions = await findSuppressions(trx, portalId, addresses)
  return types.map(([contactId, labels]) => {
    const contact = deal.contacts.get(contactId)
    return memberOf(contactId, labels, contact, {
      suppression: contact?.email ? suppressions.get(contact.email) : undefined,
      properties: deal.turn.contactProperties.get(contactId) ?? {},
      enrollments: past.get(contactId) ?? [],
    })
  })
}

/** What decides about one contact of a deal; `contact` is undefined when HubSpot no longer has it. Pure. */
export function memberOf(
  contactId: string,
  labels: readonly AssociationType[],
  contact: Pick<SavedContact, 'email' | 'invalidEmail' | 'optedOut' | 'deleted'> | undefined,
  known: Pick<MemberFacts, 'suppression' | 'properties' | 'enrollments'>,
): MemberFacts {
  return {
    contactId,
    exists: contact !== undefined && !contact.deleted,
    email: contact?.email ? 'present' : contact?.invalidEmail ? 'invalid' : 'missing',
    optedOut: contact?.optedOut ?? false,
    primary: labels.some(isPrimary),
    labels,
    ...known,
  }
}

/** HubSpot labels its own primary association so; the type's number differs by pair of objects (HubSpot docs, associations). */
function isPrimary({ category, label }: AssociationType): boolean {
  return category === 'HUBSPOT_DEFINED' && label?.toLowerCase().startsWith('primary') === true
}
