import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { readContactTypes } from '#hubspot/associations.ts'
import { type HubSpotContact, readContacts } from '#hubspot/contacts.ts'
import { type HubSpotDeal, readDeals } from '#hubspot/deals.ts'
import { searchDeals } from '#hubspot/search-deals.ts'
import { normalizeAddress } from '#mail/address.ts'
import { namedProperties } from '#modules/mappings/named-properties.ts'
import type { Happening, History, HistoryContact, HistoryDeal } from '#modules/simulation/history.ts'
import type { Setting, SimulatedMapping } from '#modules/simulation/setting.ts'
import { hashAddress } from '#modules/suppressions/hash-address.ts'
import { leadsTo } from './leads-to.ts'
import { namedInSteps } from './named-in-steps.ts'
import {
  type AnswerFacts,
  type EntrySource,
  selectAnswers,
  selectEntrySources,
  selectOwnerZones,
  selectSuppressions,
} from './repository.ts'

/** Deals that are looked at; more would be minutes of HubSpot's calls. */
const MOST_DEALS = 5_000
/** Read together: 50 are one call with their history. */
const SLICE = 250

export interface ReadHistory {
  readonly history: History
  /** How many deals changed in the period; more than the history holds when it was cut. */
  readonly found: number
}

interface Asked {
  readonly portalId: number
  /** The sequence that is asked about. */
  readonly sequenceId: string
  readonly mappings: readonly SimulatedMapping[]
  /** By our id: their steps may name properties. */
  readonly sequences: Setting['sequences']
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
}

/**
 * What happened in the pipelines of the mappings: HubSpot's own stage history of every deal that changed since, and the
 * answers and refusals that we know of. Contacts are those a deal has today, with today's values: HubSpot keeps no history of
 * who was on a deal. Reads only; `progress` hears how many deals were read. Throws as `HubSpot.call`.
 */
export async function readHistory(
  deps: Pick<Deps, 'db' | 'hubspot'>,
  asked: Asked,
  progress: (read: number, of: number) => Promise<void>,
): Promise<ReadHistory> {
  const { portalId, from, to } = asked
  const { dealIds, found } = await findDeals(deps, asked)
  const own = await inPortal(deps.db, portalId, async (trx) => ({
    answers: await selectAnswers(trx, portalId, { from, to }),
    sources: await selectEntrySources(trx, portalId, { from, to }),
    ownerTimeZones: await selectOwnerZones(trx, portalId),
  }))
  const named = [
    ...asked.mappings.map(({ policy }) => namedProperties(policy)),
    ...[...asked.sequences.values()].map(({ definition }) => namedInSteps(definition.steps)),
  ]
  const properties = {
    deal: [...new Set(named.flatMap(({ deal }) => [...deal]))],
    contact: [...new Set(named.flatMap(({ contact }) => [...contact]))],
  }
  const sources = new Map(own.sources.map((source) => [sourceName(source), source]))
  const deals: HistoryDeal[] = []
  const contacts = new Map<string, HubSpotContact>()
  for (let start = 0; start < dealIds.length; start += SLICE) {
    await progress(start, dealIds.length)
    const slice = dealIds.slice(start, start + SLICE)
    const read = await readDeals(deps.hubspot, portalId, slice, { history: true, properties: properties.deal })
    const types = await readContactTypes(deps.hubspot, portalId, [...read.keys()])
    const fresh = [...types.values()].flatMap((of) => [...of.keys()]).filter((id) => !contacts.has(id))
    for (const [id, contact] of await readContacts(deps.hubspot, portalId, [...new Set(fresh)], {
      properties: properties.contact,
    }))
      contacts.set(id, contact)
    for (const deal of read.values()) deals.push(toDeal(deal, types.get(deal.dealId) ?? new Map(), sources))
  }
  return {
    found,
    history: {
      from,
      to,
      deals,
      contacts: await toContacts(deps, portalId, [...contacts.values()]),
      happenings: own.answers.flatMap(toHappening),
      ownerTimeZones: own.ownerTimeZones,
    },
  }
}

async function findDeals({ hubspot }: Pick<Deps, 'hubspot'>, asked: Asked) {
  const { portalId, sequenceId, mappings, from: since } = asked
  const dealIds = new Set<string>()
  let found = 0
  // First those that start the sequence: a busy pipeline beside them must not use up what is read.
  const [own, others] = [true, false].map((isOwn) =>
    mappings.flatMap((mapping) => (leadsTo(sequenceId, mapping) === isOwn ? mapping.pipelineId : [])).sort(),
  ) as [string[], string[]]
  for (const pipelineId of new Set([...own, ...others])) {
    const limit = MOST_DEALS - dealIds.size
    const some = await searchDeals(hubspot, portalId, { pipelineId, since, limit })
    found += some.total
    for (const id of some.dealIds) dealIds.add(id)
  }
  return { dealIds: [...dealIds], found: Math.max(found, dealIds.size) }
}

function toDeal(
  deal: HubSpotDeal,
  types: ReadonlyMap<string, HistoryDeal['contacts'][number]['types']>,
  sources: ReadonlyMap<string, EntrySource>,
): HistoryDeal {
  const { dealId, name, amount, pipelineId, closeDate, ownerId, properties, stageHistory } = deal
  return {
    dealId,
    name,
    amount,
    pipelineId,
    closeDate,
    ownerId,
    properties,
    stages: stageHistory.map((change) => ({
      ...change,
      source: sources.get(sourceName({ dealId, stageId: change.stageId, enteredAt: change.at })) ?? null,
    })),
    contacts: [...types].map(([contactId, labels]) => ({ contactId, types: labels })),
  }
}

function sourceName({ dealId, stageId, enteredAt }: Pick<EntrySource, 'dealId' | 'stageId' | 'enteredAt'>): string {
  return `${dealId} ${enteredAt.epochMilliseconds} ${stageId}`
}

async function toContacts(
  { db }: Pick<Deps, 'db'>,
  portalId: number,
  contacts: readonly HubSpotContact[],
): Promise<HistoryContact[]> {
  const hashes = new Map<string, Buffer>()
  for (const { contactId, email } of contacts) {
    const address = normalizeAddress(email ?? '')
    if (address) hashes.set(contactId, hashAddress(portalId, address))
  }
  const known = await inPortal(db, portalId, (trx) => selectSuppressions(trx, portalId, [...hashes.values()]))
  const suppressions = new Map(known.map(({ hash, ...suppression }) => [hash, suppression]))
  return contacts.map((contact) => ({
    ...contact,
    suppressed: suppressions.get(hashes.get(contact.contactId)?.toString('hex') ?? '') ?? null,
  }))
}

/** Until when somebody was away is only kept as a sentence: without the day, an absence counts as one that names none. */
function toHappening({ kind, contactId, at }: AnswerFacts): Happening[] {
  switch (kind) {
    case 'contact.replied':
      return [{ at, kind: 'replied', contactId }]
    case 'contact.away':
      return [{ at, kind: 'away', contactId, returnDate: undefined }]
    case 'contact.bounced':
      return [{ at, kind: 'bounced', contactId }]
    case 'contact.complained':
      return [{ at, kind: 'complained', contactId }]
    case 'contact.unsubscribed':
      return [{ at, kind: 'unsubscribed', contactId }]
    default:
      return []
  }
}
