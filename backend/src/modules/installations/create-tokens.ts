import { inPortal } from '#db/in-portal.ts'
import type { AccessTokens } from '#hubspot/client.ts'
import { accessToken, FRESH_MS } from './access-token.ts'
import { markInactive } from './mark-inactive.ts'
import type { OpenToken, RefreshDeps } from './refresh-grant.ts'
import { accessTokenOf } from './sealed-columns.ts'
import { expireAccessToken, findConnectedGrant } from './tokens-repository.ts'

/** Portals whose open token is kept in memory. */
const KEPT = 1000

/**
 * The access tokens of this process, opened once and kept until shortly before they expire or HubSpot refuses them, so that a
 * call costs neither a read nor a decryption. What another process does to a portal reaches this one at its next call: the
 * budget asks in its own statement whether the portal is connected, and a token that was replaced is given up when HubSpot
 * refuses it, or what it may do.
 */
export function createTokens(deps: RefreshDeps): AccessTokens {
  const kept = new Map<number, OpenToken>()
  const running = new Map<number, Promise<OpenToken>>()

  function isFresh({ expiresAt }: OpenToken): boolean {
    return expiresAt.since(deps.clock()).total('milliseconds') >= FRESH_MS
  }

  function load(portalId: number): Promise<OpenToken> {
    const loading: Promise<OpenToken> = accessToken(deps, portalId)
      .then((open) => {
        // Refused while it was loading: a newer load is on its way.
        if (running.get(portalId) === loading && isFresh(open)) keep(portalId, open)
        return open
      })
      .finally(() => {
        if (running.get(portalId) === loading) running.delete(portalId)
      })
    running.set(portalId, loading)
    return loading
  }

  function keep(portalId: number, open: OpenToken): void {
    kept.delete(portalId)
    kept.set(portalId, open)
    const [oldest] = kept.keys()
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
  }

  return {
    async accessToken(portalId) {
      const open = kept.get(portalId)
      if (open && isFresh(open)) return open.token
      return (await (running.get(portalId) ?? load(portalId))).token
    },
    async refused(portalId, token) {
      if (kept.get(portalId)?.token === token) kept.delete(portalId)
      running.delete(portalId)
      const grant = await findCurrent(deps, portalId, token)
      if (grant) {
        await inPortal(deps.db, portalId, (trx) => expireAccessToken(trx, portalId, grant.accessToken, deps.clock()))
      }
    },
    async revoked(portalId, token) {
      if (kept.get(portalId)?.token === token) kept.delete(portalId)
      const grant = await findCurrent(deps, portalId, token)
      // Already known to be refused: its successor has not been tried yet.
      if (!grant || Temporal.Instant.compare(grant.expiresAt, deps.clock()) <= 0) return false
      const portal = { portalId, actor: { kind: 'worker' }, requestId: deps.ids() } as const
      const reason = 'HubSpot refuses our access although it was just renewed. Reconnect the account to go on.'
      return markInactive(deps, portal, { grant, reason })
    },
    async replaced(portalId, token) {
      const grant = await inPortal(deps.db, portalId, (trx) => findConnectedGrant(trx, portalId))
      if (!grant || (await deps.vault.open(grant.accessToken, accessTokenOf(portalId))) === token) return false
      if (kept.get(portalId)?.token === token) kept.delete(portalId)
      return true
    },
  }
}

/** The stored grant if its access token is this one. */
async function findCurrent(deps: RefreshDeps, portalId: number, token: string) {
  const grant = await inPortal(deps.db, portalId, (trx) => findConnectedGrant(trx, portalId))
  if (!grant) return undefined
  return (await deps.vault.open(grant.accessToken, accessTokenOf(portalId))) === token ? grant : undefined
}
