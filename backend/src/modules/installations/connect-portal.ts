import type { PortalContext } from '#core/context.ts'
import type { Deps } from '#deps'
import { readAccount } from '#hubspot/account.ts'
import type { HubSpotOAuth } from '#hubspot/oauth.ts'
import { type Completed, completeInstall } from './complete-install.ts'

export type ConnectDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'vault' | 'settings'> & { oauth: HubSpotOAuth }

export interface ConnectInput {
  code: string
  codeVerifier: string
  redirectUri: string
  expectedPortal: number | undefined
  requestId: string
}

/** What became of an attempt; everything but `connected` stored nothing. */
export type ConnectOutcome =
  | { kind: 'connected'; portal: PortalContext; account: string; uiDomain: string; how: Completed }
  | { kind: 'scopes_missing'; missing: string[] }
  | { kind: 'other_account'; expected: number; chosen: number }
  | { kind: 'refused' | 'misconfigured' | 'unavailable' }

/**
 * Turns the code of a proven attempt into an installation: exchanges it, checks scopes and portal, asks HubSpot who the person
 * and the account are, stores. A grant that is not wanted is left unused and not revoked: HubSpot keeps one refresh token
 * per app and portal, and revoking it could end a connection that works.
 */
export async function connectPortal(deps: ConnectDeps, input: ConnectInput): Promise<ConnectOutcome> {
  const answer = await deps.oauth.exchange(input)
  if (answer.kind !== 'granted') return { kind: answer.kind }
  const { grant } = answer
  const { portalId } = grant
  if (input.expectedPortal !== undefined && input.expectedPortal !== portalId) {
    return { kind: 'other_account', expected: input.expectedPortal, chosen: portalId }
  }
  const missing = deps.settings.scopes.filter((scope) => !grant.scopes.includes(scope))
  if (missing.length > 0) return { kind: 'scopes_missing', missing }
  const person = await deps.oauth.introspect(grant.accessToken)
  const account = await readAccount(deps.oauth.origin, grant.accessToken)
  // A grant without a refresh token ends within the hour: better to say so now than to stop then.
  if (!grant.refreshToken || !account || account.portalId !== portalId) return { kind: 'unavailable' }
  if (person.kind !== 'active' || person.portalId !== portalId) return { kind: 'unavailable' }
  const actor = { kind: 'user', userId: grant.userId ?? '', email: person.user } as const
  // Proven by HubSpot: the grant names the portal and the person.
  const portal: PortalContext = { portalId, actor, requestId: input.requestId }
  const how = await completeInstall(deps, portal, {
    accessToken: grant.accessToken,
    refreshToken: grant.refreshToken,
    expiresInSeconds: grant.expiresInSeconds,
    scopes: grant.scopes,
    accountName: person.domain,
    uiDomain: account.uiDomain,
    timeZone: account.timeZone,
  })
  return {
    kind: 'connected',
    portal,
    account: person.domain ?? `account ${portalId}`,
    uiDomain: account.uiDomain,
    how,
  }
}
