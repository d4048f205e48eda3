import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { asList, asRecord, asText } from './read-fields.ts'

/** A subscription type of the account, such as "One to One". */
export interface SubscriptionType {
  readonly id: string
  readonly name: string
  readonly description: string
}

const BASE = `/communication-preferences/${API_VERSION.preferences}`

/** The account's subscription types that are in use. Throws as `HubSpot.call`. */
export async function readSubscriptionTypes(hubspot: HubSpot, portalId: number): Promise<SubscriptionType[]> {
  const call = { method: 'GET', path: `${BASE}/definitions`, family: 'crm', repeatable: true } as const
  const { body } = await hubspot.call(portalId, call)
  return asList(asRecord(body)?.results).flatMap((value) => {
    const record = asRecord(value)
    const id = asText(record?.id)
    const name = asText(record?.name)
    if (!id || !name || record?.isActive === false) return []
    return [{ id, name, description: asText(record?.description) ?? '' }]
  })
}

/**
 * Opts an address out of one subscription type, or of all e-mail with null. Twice is the same as once, so it may be repeated
 * (HubSpot docs, communication preferences). Throws as `HubSpot.call`.
 */
export async function optOut(
  hubspot: HubSpot,
  portalId: number,
  address: string,
  subscriptionId: string | null,
): Promise<void> {
  const path = `${BASE}/statuses/${encodeURIComponent(address)}`
  const post = { method: 'POST', family: 'crm', repeatable: true } as const
  if (subscriptionId === null) {
    await hubspot.call(portalId, { ...post, path: `${path}/unsubscribe-all?channel=EMAIL`, body: {} })
    return
  }
  const body = { subscriptionId: Number(subscriptionId), statusState: 'UNSUBSCRIBED', channel: 'EMAIL' }
  await hubspot.call(portalId, { ...post, path, body })
}
