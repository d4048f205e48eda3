import { idOf, type RawEvent } from './raw-event.ts'

export interface AssociationEnd {
  readonly type: 'deal' | 'contact' | 'other'
  readonly id: string
}

export interface AssociationEnds {
  readonly from: AssociationEnd
  readonly to: AssociationEnd
}

/**
 * Both ends of an associationChange. The generic shape names them by type id, the legacy one only by `associationType`, e.g.
 * `DEAL_TO_CONTACT`. HubSpot gives these events no reliable objectId. Undefined when an end is missing.
 */
export function associationEnds(event: RawEvent): AssociationEnds | undefined {
  const from = idOf(event.fromObjectId)
  const to = idOf(event.toObjectId)
  if (from === undefined || to === undefined) return undefined
  const [fromName, toName] = typeof event.associationType === 'string' ? event.associationType.split('_TO_') : []
  const fromType = typeOf(event.fromObjectTypeId, fromName)
  const toType = typeOf(event.toObjectTypeId, toName)
  if (fromType === undefined || toType === undefined) return undefined
  return { from: { type: fromType, id: from }, to: { type: toType, id: to } }
}

function typeOf(typeId: unknown, name: string | undefined): AssociationEnd['type'] | undefined {
  if (typeId === '0-3') return 'deal'
  if (typeId === '0-1') return 'contact'
  if (typeof typeId === 'string') return 'other'
  if (name === undefined) return undefined
  return name === 'DEAL' ? 'deal' : name === 'CONTACT' ? 'contact' : 'other'
}
