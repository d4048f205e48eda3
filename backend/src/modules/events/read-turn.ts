import type { Deps } from '#deps'
import { readDealContacts } from '#hubspot/associations.ts'
import { type HubSpotContact, readContacts } from '#hubspot/contacts.ts'
import { type HubSpotDeal, readDeals } from '#hubspot/deals.ts'
import { readEvent } from './read-event.ts'
import type { PendingEvent } from './repository.ts'

/** What HubSpot says now about everything a turn's events speak of. */
export interface TurnFacts {
  /** Just before HubSpot was asked. */
  readonly readAt: Temporal.Instant
  /** A deal that was asked for and is not here no longer exists. */
  readonly deals: ReadonlyMap<string, HubSpotDeal>
  /** Contacts of each existing deal. */
  readonly contactsOf: ReadonlyMap<string, readonly string[]>
  readonly contacts: ReadonlyMap<string, HubSpotContact>
}

/**
 * Reads the deals with their stage history, their contacts and the contacts' fields, batched over the whole turn. Always
 * from the objects themselves, never from search, whose index lags (HubSpot docs, CRM search).
 */
export async function readTurn(
  deps: Pick<Deps, 'hubspot' | 'clock'>,
  portalId: number,
  events: readonly PendingEvent[],
  needsContacts: (deal: HubSpotDeal) => boolean,
): Promise<TurnFacts> {
  const dealIds = unique(events.flatMap((event) => (event.dealId ? [event.dealId] : [])))
  const readAt = deps.clock()
  const deals = await readDeals(deps.hubspot, portalId, dealIds, { history: true })
  const withContacts = new Set(
    events.flatMap((event) => (event.dealId && touchesContacts(event) ? [event.dealId] : [])),
  )
  const ask = [...deals.values()]
    .filter((deal) => withContacts.has(deal.dealId) || needsContacts(deal))
    .map((deal) => deal.dealId)
  const contactsOf = ask.length > 0 ? await readDealContacts(deps.hubspot, portalId, ask) : new Map<string, string[]>()
  const contactIds = unique([...contactsOf.values()].flat().concat(mergedContacts(events)))
  const contacts =
    contactIds.length > 0 ? await readContacts(deps.hubspot, portalId, contactIds) : new Map<string, HubSpotContact>()
  return { readAt, deals, contactsOf, contacts }
}

function touchesContacts(event: PendingEvent): boolean {
  const { kind } = readEvent(event.payload)
  return kind === 'contact_added' || kind === 'contact_removed'
}

function mergedContacts(events: readonly PendingEvent[]): string[] {
  return events.flatMap((event) => {
    const topic = readEvent(event.payload)
    return topic.kind === 'contact_merged' ? [topic.into] : []
  })
}

function unique(ids: string[]): string[] {
  return [...new Set(ids)]
}
