import type { DealContact } from '#shared/contract/enrollment.ts'
import { DECISION_REASON } from '#shared/vocabulary.ts'
import type { ContactRecord } from './repository.ts'

const SUPPRESSED = {
  unsubscribed: 'Unsubscribed from your e-mails.',
  bounced: 'E-mail to this address came back.',
  complained: 'Reported an e-mail as spam.',
  erased: 'Asked for the deletion of personal data.',
} as const

type Suppression = keyof typeof SUPPRESSED

/**
 * A contact as the card shows it, without its enrollments; `blocked` says why nobody may start a sequence. `suppression`: why
 * its address is on the do-not-mail list. Pure.
 */
export function describeContact(
  contact: ContactRecord,
  suppression: Suppression | undefined,
): Omit<DealContact, 'enrollments' | 'place'> {
  const { contactId, email } = contact
  return { contactId, name: nameOf(contact), email, blocked: whyBlocked(contact, suppression) }
}

function nameOf({ contactId, firstName, lastName, email }: ContactRecord): string {
  const name = [firstName, lastName].filter(Boolean).join(' ')
  return name || email || `Contact ${contactId}`
}

function whyBlocked(contact: ContactRecord, suppression: Suppression | undefined): string | null {
  if (!contact.onDeal) return 'The contact is no longer on this deal.'
  if (!contact.known) return 'HubSpot did not tell about this contact yet. Reload the card in a moment.'
  if (contact.deleted) return `${DECISION_REASON.contact_gone}.`
  if (!contact.email) return `${DECISION_REASON.no_email}.`
  if (suppression) return SUPPRESSED[suppression]
  return contact.optedOut ? `${DECISION_REASON.opted_out}.` : null
}
