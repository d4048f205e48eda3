import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { asList, asRecord, asText } from './read-fields.ts'

/** A page of a search, and how many results it can be paged through (HubSpot docs, CRM search). */
const PAGE = 200
const MOST = 10_000

export interface FoundDeals {
  readonly dealIds: readonly string[]
  /** How many there are; more than `dealIds` when the search was cut. */
  readonly total: number
}

/**
 * Ids of the deals of a pipeline that changed since a moment, those that changed last first, `limit` at most. The index lags
 * some seconds behind the records: good for looking back, never for deciding. Throws as `HubSpot.call`.
 */
export async function searchDeals(
  hubspot: HubSpot,
  portalId: number,
  { pipelineId, since, limit }: { pipelineId: string; since: Temporal.Instant; limit: number },
): Promise<FoundDeals> {
  const filters = [
    { propertyName: 'pipeline', operator: 'EQ', value: pipelineId },
    { propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: String(since.epochMilliseconds) },
  ]
  const dealIds: string[] = []
  let total = 0
  for (let after: string | undefined = '0'; after !== undefined && dealIds.length < Math.min(limit, MOST); ) {
    const answer = await hubspot.call(portalId, {
      method: 'POST',
      path: `/crm/objects/${API_VERSION.objects}/deals/search`,
      body: {
        filterGroups: [{ filters }],
        sorts: [{ propertyName: 'hs_lastmodifieddate', direction: 'DESCENDING' }],
        properties: ['pipeline'],
        limit: Math.min(PAGE, limit - dealIds.length),
        after,
      },
      family: 'search',
      repeatable: true,
    })
    const body = asRecord(answer.body)
    total = typeof body?.total === 'number' ? body.total : total
    dealIds.push(...asList(body?.results).flatMap((deal) => asText(asRecord(deal)?.id) ?? []))
    after = asText(asRecord(asRecord(body?.paging)?.next)?.after)
  }
  // A deal that changed while we paged may have been on two pages.
  return { dealIds: [...new Set(dealIds)], total }
}
