/** What a scope lets the app do, in the words HubSpot's consent page uses. */
const WORDS: Readonly<Record<string, string>> = {
  oauth: 'Basic access to the account',
  timeline: 'Write events on record timelines',
  'crm.objects.contacts.read': 'View contacts',
  'crm.objects.contacts.write': 'Edit contacts',
  'crm.objects.deals.read': 'View deals',
  'crm.objects.deals.write': 'Edit deals',
  'crm.objects.companies.read': 'View companies',
  'crm.objects.owners.read': 'View owners of records',
  'crm.objects.users.read': 'View users of the account',
  'crm.schemas.contacts.read': 'View the properties of contacts',
  'crm.schemas.deals.read': 'View the properties and pipelines of deals',
}

/** "View deals (crm.objects.deals.read)"; a scope without words is shown as it is. */
export function describeScope(scope: string): string {
  const words = WORDS[scope]
  return words ? `${words} (${scope})` : scope
}
