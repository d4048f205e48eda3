/** What the app subscribes to in HubSpot, as webhooks-hsmeta.json says it; shown so that an admin can compare. */
export const SUBSCRIPTIONS = [
  'object.propertyChange of deals (dealstage)',
  'object.creation of deals',
  'object.deletion of deals',
  'object.restore of deals',
  'object.merge of deals',
  'object.associationChange of deals',
  'object.deletion of contacts',
  'object.merge of contacts',
  'contact.privacyDeletion',
] as const
