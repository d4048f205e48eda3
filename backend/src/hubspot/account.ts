import { API_VERSION } from './family.ts'
import type { Origin } from './origin.ts'

/** A HubSpot account, as its account-info tells (HubSpot docs, account information). */
export interface Account {
  readonly portalId: number
  /** Host of its pages, e.g. `app-eu1.hubspot.com`. */
  readonly uiDomain: string
  /** IANA name, or what HubSpot calls it. */
  readonly timeZone: string | null
}

/** Reads the account a token belongs to. `undefined` when HubSpot gave no usable answer. Needs the scope `oauth`. */
export async function readAccount(origin: Origin, accessToken: string): Promise<Account | undefined> {
  const sent = await origin.send({
    method: 'GET',
    path: `/account-info/${API_VERSION.account}/details`,
    headers: { authorization: `Bearer ${accessToken}` },
  })
  if (sent.kind !== 'answered' || sent.status !== 200) return undefined
  const fields: Record<string, unknown> = typeof sent.body === 'object' && sent.body !== null ? { ...sent.body } : {}
  const { portalId, uiDomain, timeZone } = fields
  if (typeof portalId !== 'number' || !Number.isSafeInteger(portalId)) return undefined
  if (typeof uiDomain !== 'string' || !/^[a-z0-9.-]+(:\d+)?$/i.test(uiDomain)) return undefined
  return { portalId, uiDomain, timeZone: typeof timeZone === 'string' ? timeZone : null }
}
