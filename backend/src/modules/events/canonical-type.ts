import type { RawEvent } from './raw-event.ts'

export type ObjectType = 'deal' | 'contact'

export const EVENT_ACTIONS = [
  'propertyChange',
  'creation',
  'deletion',
  'restore',
  'merge',
  'associationChange',
  'privacyDeletion',
] as const
export type EventAction = (typeof EVENT_ACTIONS)[number]

/** What an event is about, in one form for both shapes HubSpot uses. */
export interface CanonicalType {
  readonly objectType: ObjectType
  readonly action: EventAction
}

/** HubSpot's ids of object types (HubSpot docs, webhooks guide). */
const BY_TYPE_ID: ReadonlyMap<unknown, ObjectType> = new Map([
  ['0-3', 'deal'],
  ['0-1', 'contact'],
])

/** Every name that means something to us, read once: this runs for each event on its way in. */
const BY_NAME: ReadonlyMap<unknown, { readonly prefix: 'object' | ObjectType; readonly action: EventAction }> = new Map(
  (['object', 'deal', 'contact'] as const).flatMap((prefix) =>
    EVENT_ACTIONS.map((action) => [`${prefix}.${action}`, { prefix, action }] as const),
  ),
)

/**
 * `object.propertyChange` with objectTypeId `0-3` and the legacy `deal.propertyChange` are the same fact, so they get the same
 * type. Undefined for what we do not handle (companies, tickets, conversations, new kinds); 'malformed' when the event does
 * not say what it is about.
 */
export function canonicalType(event: RawEvent): CanonicalType | 'malformed' | undefined {
  const { subscriptionType } = event
  if (typeof subscriptionType !== 'string') return 'malformed'
  const named = BY_NAME.get(subscriptionType)
  if (!named) return undefined
  const { prefix, action } = named
  let objectType: ObjectType | undefined
  if (prefix === 'object') {
    const typeId = action === 'associationChange' ? event.fromObjectTypeId : event.objectTypeId
    if (typeof typeId !== 'string') return 'malformed'
    objectType = BY_TYPE_ID.get(typeId)
  } else objectType = prefix
  if (objectType === undefined || (action === 'privacyDeletion' && objectType !== 'contact')) return undefined
  return { objectType, action }
}
