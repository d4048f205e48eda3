import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { asList, asRecord, asText } from './read-fields.ts'

/** Somebody who can own records. The id is the one in `hubspot_owner_id`, not the id of the user. */
export interface HubSpotOwner {
  readonly ownerId: string
  /** Null for a queue. */
  readonly userId: string | null
  /** As HubSpot has it; null for a queue. */
  readonly email: string | null
  /** First and last name, or the address, or the id. */
  readonly name: string
}

/** The largest page (HubSpot docs, owners). */
const PAGE = 500
/** More pages than any account has owners: an answer that never ends is a fault. */
const MOST_PAGES = 200

/** All owners of the account that are not archived. Needs `crm.objects.owners.read`. Throws as `HubSpot.call`. */
export async function readOwners(hubspot: HubSpot, portalId: number): Promise<HubSpotOwner[]> {
  const owners: HubSpotOwner[] = []
  let after: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(after === undefined ? {} : { after }) })
    const answer = await hubspot.call(portalId, {
      method: 'GET',
      path: `/crm/owners/${API_VERSION.owners}?${query}`,
      family: 'crm',
      repeatable: true,
    })
    const body = asRecord(answer.body)
    owners.push(...asList(body?.results).flatMap(readOwner))
    after = asText(asRecord(asRecord(body?.paging)?.next)?.after)
    if (after === undefined) break
  }
  return owners
}

function readOwner(value: unknown): HubSpotOwner[] {
  const record = asRecord(value)
  const ownerId = asText(record?.id)
  if (!ownerId || record?.archived === true) return []
  const email = asText(record?.email) ?? null
  const name = [asText(record?.firstName), asText(record?.lastName)].filter(Boolean).join(' ')
  const userId = asText(record?.userId) ?? null
  return [{ ownerId, userId, email, name: name || email || `Owner ${ownerId}` }]
}
