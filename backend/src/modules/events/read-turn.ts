import type { Deps } from '#deps'
import { type ContactTypes, readContactTypes } from '#hubspot/associations.ts'
import { type HubSpotContact, readContacts } from '#hubspot/contacts.ts'
import { type HubSpotDeal, readDeals } from '#hubspot/deals.ts'
import { listStageEntries } from '#modules/decisions/find-stage-entry.ts'
import type { ReadingPlan } from '#modules/mappings/get-reading-plan.ts'
import { readEvent } from './read-event.ts'
import type { PendingEvent } from './repository.ts'

/** What HubSpot says now about everything a turn's events speak of. */
export interface TurnFacts {
  /** Just before HubSpot was asked. */
  readonly readAt: Temporal.Instant
  /** A deal that was asked for and is not here no longer exists. */
  readonly deals: ReadonlyMap<string, HubSpotDeal>
  /** Contacts of each existing deal that was asked for them, with the types of their association. */
  readonly contactTypes: ReadonlyMap<string, ContactTypes>
  readonly contacts: ReadonlyMap<string, HubSpotContact>
  /** Which properties were asked for besides our own. */
  readonly asked: Pick<ReadingPlan, 'deal' | 'contact'>
}

/** What a turn reads: the deals of its events, and deals that wait for their time without one. */
export interface TurnSubject {
  readonly events: readonly PendingEvent[]
  /** Deals with an entry that waits. */
  readonly openDeals: readonly string[]
  /** The subscription type whose opt-outs count; null or absent: only an opt-out of everything. */
  readonly subscriptionId?: string | null
}

/**
 * Reads the deals with their stage history, their contacts and the contacts' fields, batched over the whole turn, with the
 * properties that the portal's mappings name. Always from the objects themselves, never from search, whose index lags
 * (HubSpot docs, CRM search).
 */
export async function readTurn(
  deps: Pick<Deps, 'hubspot' | 'clock'>,
  portalId: number,
  { events, openDeals, subscriptionId = null }: TurnSubject,
  plan: ReadingPlan,
): Promise<TurnFacts> {
  const dealIds = unique([...events.flatMap((event) => event.dealId ?? []), ...openDeals])
  const readAt = deps.clock()
  const deals = await readDeals(deps.hubspot, portalId, dealIds, { history: true, properties: [...plan.deal] })
  const withContacts = new Set([
    ...events.flatMap((event) => (event.dealId && touchesContacts(event) ? event.dealId : [])),
    ...openDeals,
  ])
  const ask = [...deals.values()]
    .filter((deal) => withContacts.has(deal.dealId) || plan.needsContacts(deal, enteredStages(deal, events)))
    .map((deal) => deal.dealId)
  const contactTypes =
    ask.length > 0 ? await readContactTypes(deps.hubspot, portalId, ask) : new Map<string, ContactTypes>()
  const contactIds = unique(
    [...contactTypes.values()].flatMap((types) => [...types.keys()]).concat(namedContacts(events)),
  )
  const contacts =
    contactIds.length > 0
      ? await readContacts(deps.hubspot, portalId, contactIds, { properties: [...plan.contact], subscriptionId })
      : new Map<string, HubSpotContact>()
  return { readAt, deals, contactTypes, contacts, asked: { deal: plan.deal, contact: plan.contact } }
}

/** The stages that a deal's events say it entered; a creation names none and speaks of the first. */
function enteredStages(deal: HubSpotDeal, events: readonly PendingEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.dealId !== deal.dealId) return []
    const topic = readEvent(event.payload)
    if (topic.kind === 'stage_changed') return topic.stageId
    return topic.kind === 'deal_created' ? (listStageEntries(deal.stageHistory).at(-1)?.stageId ?? []) : []
  })
}

function touchesContacts(event: PendingEvent): boolean {
  const { kind } = readEvent(event.payload)
  return kind === 'contact_added' || kind === 'contact_removed'
}

/** A contact that is called deleted is asked for too: HubSpot says so of one that was merged into another. */
function namedContacts(events: readonly PendingEvent[]): string[] {
  return events.flatMap((event) => {
    const topic = readEvent(event.payload)
    if (topic.kind === 'contact_deleted') return [topic.contactId]
    return topic.kind === 'contact_merged' ? [topic.into] : []
  })
}

function unique(ids: string[]): string[] {
  return [...new Set(ids)]
}
