import { associationEnds } from './association-ends.ts'
import type { CanonicalType } from './canonical-type.ts'
import type { RawEvent } from './raw-event.ts'

/** Whose events wait for one another, and the deal they belong to. */
export interface LaneOfEvent {
  readonly laneKey: string
  readonly dealId: string | null
}

/**
 * All that can change a deal's decision is handled one after another in the deal's lane; an association between a deal and a
 * contact belongs to the deal, whichever side told it. The rest of a contact's events has a lane per contact. `objectId` is
 * the canonical one. Undefined when an association does not name both ends.
 */
export function laneOf(type: CanonicalType, event: RawEvent, objectId: string): LaneOfEvent | undefined {
  if (type.action !== 'associationChange') return laneOfObject(type.objectType, objectId)
  const ends = associationEnds(event)
  if (!ends) return undefined
  const deal = [ends.from, ends.to].find((end) => end.type === 'deal')
  return deal ? laneOfObject('deal', deal.id) : laneOfObject(type.objectType, objectId)
}

/** The lane in which everything about one deal is handled. */
export function dealLane(dealId: string): string {
  return `deal:${dealId}`
}

/** HubSpot's id of the deal whose lane this is; undefined for other lanes. */
export function dealOfLane(laneKey: string): string | undefined {
  return laneKey.startsWith('deal:') ? laneKey.slice('deal:'.length) : undefined
}

/** The lane of what concerns one contact and no deal. */
export function contactLane(contactId: string): string {
  return `contact:${contactId}`
}

function laneOfObject(objectType: 'deal' | 'contact', id: string): LaneOfEvent {
  if (objectType === 'deal') return { laneKey: dealLane(id), dealId: id }
  return { laneKey: contactLane(id), dealId: null }
}
