import type { DecisionReason } from '#shared/vocabulary.ts'

/** What can be decided about a contact for itself, whatever the mapping says. */
export type ContactReason = Extract<
  DecisionReason,
  'enrolled' | 'contact_gone' | 'no_email' | 'invalid_email' | 'suppressed' | 'opted_out' | 'already_enrolled'
>

/** The smallest change that would turn round what was decided about a contact for itself, as one sentence. Pure. */
export function changeOfContact(reason: ContactReason, sequenceName: string): string {
  return SENTENCES[reason](sequenceName)
}

const SENTENCES: Record<ContactReason, (sequenceName: string) => string> = {
  enrolled: () => 'Nobody would have been enrolled if no person had started the sequence.',
  contact_gone: () => 'Restore the contact in HubSpot.',
  no_email: () => 'Give the contact an e-mail address in HubSpot.',
  invalid_email: () => 'Correct the e-mail address of the contact in HubSpot.',
  suppressed: () => 'If the person wants mail again, take the address off the do-not-mail list.',
  opted_out: () => 'The person must opt in to e-mail again in HubSpot.',
  already_enrolled: (sequenceName) => `Wait until ${sequenceName} ends for this contact, or stop it.`,
}
