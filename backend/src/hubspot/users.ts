import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { asList, asRecord, asText } from './read-fields.ts'

/** The time zone a user chose in HubSpot, and by which ids they are found as an owner; null where HubSpot named none. */
export interface UserZone {
  /** As `hubspot_owner_id` of a deal has it. */
  readonly ownerId: string | null
  /** As `userId` of an owner has it; not the id of the user's record. */
  readonly userId: string | null
  /** As HubSpot spells it. */
  readonly timeZone: string
}

/** The largest page (HubSpot docs, objects). */
const PAGE = 100
/** More pages than any account has users: an answer that never ends is a fault. */
const MOST_PAGES = 500
const PROPERTIES = ['hs_internal_user_id', 'hs_standard_time_zone', 'hubspot_owner_id']

/** The users of the account that have a time zone. Needs `crm.objects.users.read`. Throws as `HubSpot.call`. */
export async function readUserZones(hubspot: HubSpot, portalId: number): Promise<UserZone[]> {
  const zones: UserZone[] = []
  let after: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const asked = { limit: String(PAGE), properties: PROPERTIES.join(','), ...(after === undefined ? {} : { after }) }
    const answer = await hubspot.call(portalId, {
      method: 'GET',
      path: `/crm/objects/${API_VERSION.objects}/users?${new URLSearchParams(asked)}`,
      family: 'crm',
      repeatable: true,
    })
    const body = asRecord(answer.body)
    zones.push(...asList(body?.results).flatMap(readUserZone))
    after = asText(asRecord(asRecord(body?.paging)?.next)?.after)
    if (after === undefined) break
  }
  return zones
}

function readUserZone(value: unknown): UserZone[] {
  const properties = asRecord(asRecord(value)?.properties)
  const timeZone = asText(properties?.hs_standard_time_zone)?.trim()
  if (!timeZone) return []
  const ownerId = asText(properties?.hubspot_owner_id) ?? null
  return [{ ownerId, userId: asText(properties?.hs_internal_user_id) ?? null, timeZone }]
}
