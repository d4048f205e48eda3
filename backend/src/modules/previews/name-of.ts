/** What people call a contact: the name, else the address, else HubSpot's number. Pure. */
export function nameOf(contact: {
  readonly contactId: string
  readonly firstName: string | null
  readonly lastName: string | null
  readonly email: string | null
}): string {
  const name = [contact.firstName, contact.lastName].filter(Boolean).join(' ')
  return name || contact.email || `Contact ${contact.contactId}`
}
