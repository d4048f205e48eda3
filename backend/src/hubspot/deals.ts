import type { Talks } from '#core/talks.ts'
import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { MERGED_IDS, readMergedIds, type TakesIn } from './merged-ids.ts'
import { asInstant, asList, asRecord, asText, pickProperties } from './read-fields.ts'
import { refusePartial } from './refuse-partial.ts'
import { readTalks, TALK_PROPERTIES } from './talks.ts'

/** One value the stage had, with the moment it got it. */
export interface StageChange {
  readonly stageId: string
  readonly at: Temporal.Instant
}

/** A deal as HubSpot has it now. */
export interface HubSpotDeal extends Talks, TakesIn {
  readonly dealId: string
  readonly name: string | null
  readonly pipelineId: string | null
  readonly stageId: string | null
  readonly amount: string | null
  readonly closeDate: string | null
  readonly ownerId: string | null
  /** `hs_is_closed`: won or lost. HubSpot calculates it, so it may lag behind the stage for a moment. */
  readonly isClosed: boolean
  /** `hs_is_closed_won`, calculated too. */
  readonly isWon: boolean
  /** Newest first; empty when read without history. */
  readonly stageHistory: readonly StageChange[]
  /** Those that were asked for besides, by HubSpot's internal name. */
  readonly properties: Readonly<Record<string, string | null>>
}

const PROPERTIES = [
  'dealname',
  'dealstage',
  'pipeline',
  'amount',
  'closedate',
  'hubspot_owner_id',
  'hs_is_closed',
  'hs_is_closed_won',
  MERGED_IDS,
  ...TALK_PROPERTIES,
]

/** A batch read takes 100 inputs, 50 when it asks for history (HubSpot docs, CRM objects). */
const BATCH = 100
const BATCH_WITH_HISTORY = 50

/**
 * Reads deals by id, with the named properties besides our own; one that is deleted or unknown is not in the answer, and one
 * that was merged is answered by the record it went into, under that one's id (`findMerged`).
 * Throws as `HubSpot.call`.
 */
export async function readDeals(
  hubspot: HubSpot,
  portalId: number,
  dealIds: readonly string[],
  options: { history: boolean; properties?: readonly string[] },
): Promise<Map<string, HubSpotDeal>> {
  const size = options.history ? BATCH_WITH_HISTORY : BATCH
  const asked = options.properties ?? []
  const properties = [...new Set([...PROPERTIES, ...asked])]
  const batches: string[][] = []
  for (let start = 0; start < dealIds.length; start += size) batches.push(dealIds.slice(start, start + size))
  const answers = await Promise.all(
    batches.map((batch) =>
      hubspot.call(portalId, {
        method: 'POST',
        path: `/crm/objects/${API_VERSION.objects}/deals/batch/read`,
        body: {
          properties,
          propertiesWithHistory: options.history ? ['dealstage'] : [],
          inputs: batch.map((id) => ({ id })),
        },
        family: 'crm',
        repeatable: true,
      }),
    ),
  )
  for (const answer of answers) refusePartial(answer.body)
  const deals = answers.flatMap((answer) => asList(asRecord(answer.body)?.results)).map((deal) => readDeal(deal, asked))
  return new Map(deals.flatMap((deal) => (deal ? [[deal.dealId, deal]] : [])))
}

function readDeal(value: unknown, asked: readonly string[]): HubSpotDeal | undefined {
  const record = asRecord(value)
  const properties = asRecord(record?.properties)
  const dealId = asText(record?.id)
  if (!dealId || !properties || record?.archived === true) return undefined
  return {
    dealId,
    name: asText(properties.dealname) ?? null,
    pipelineId: asText(properties.pipeline) ?? null,
    stageId: asText(properties.dealstage) ?? null,
    amount: asText(properties.amount) ?? null,
    closeDate: asText(properties.closedate) ?? null,
    ownerId: asText(properties.hubspot_owner_id) ?? null,
    isClosed: asText(properties.hs_is_closed) === 'true',
    isWon: asText(properties.hs_is_closed_won) === 'true',
    ...readTalks(properties),
    mergedIds: readMergedIds(properties),
    stageHistory: readHistory(asRecord(record?.propertiesWithHistory)?.dealstage),
    properties: pickProperties(properties, asked),
  }
}

function readHistory(value: unknown): StageChange[] {
  const changes = asList(value).flatMap((entry) => {
    const stageId = asText(asRecord(entry)?.value)
    const at = asInstant(asRecord(entry)?.timestamp)
    return stageId && at ? [{ stageId, at }] : []
  })
  // Documented as newest first; the decision depends on it, so it is made sure.
  return changes.sort((a, b) => Temporal.Instant.compare(b.at, a.at))
}
