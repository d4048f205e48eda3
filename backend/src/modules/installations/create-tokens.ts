import { inPortal } from '#db/in-portal.ts'
import type { AccessTokens } from '#hubspot/client.ts'
import { accessToken, FRESH_MS } from './access-token.ts'
import { markInactive } from './mark-inactive.ts'
import type { OpenToken, RefreshDeps } from './refresh-grant.ts'
import { accessTokenOf } from './sealed-columns.ts'
import { countRefusal, expireAccessToken, findConnectedGrant, forgetRefusals } from './tokens-repository.ts'

/** Portals whose open token is kept in memory. */
const KEPT = 1000
/**
 * A 401 in HubSpot's trouble looks like one after the app was removed, but then HubSpot also refuses to renew. So a portal
 * whose grant it renews is given up only when it took none of that many renewed tokens for that long.
 */
const GIVE_UP = { refusals: 3, after: Temporal.Duration.from({ minutes: 10 }) }

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
      const { counted, current } = await inPortal(deps.db, portalId, async (trx) => ({
        counted: grant && (await countRefusal(trx, portalId, grant.accessToken, deps.clock())),
        current: await findConnectedGrant(trx, portalId),
      }))
      // Already known to be refused: its successor has not been tried yet.
      if (!grant || !counted) return current?.refusedSince ? 'doubted' : 'another'
      const { refusals, refusedSince } = counted
      deps.log.warn({ portalId, refusals }, 'hubspot refuses a renewed token')
      if (refusals < GIVE_UP.refusals || isBefore(deps.clock(), refusedSince.add(GIVE_UP.after))) return 'doubted'
      const portal = { portalId, actor: { kind: 'worker' }, requestId: deps.ids() } as const
      const reason =
        'HubSpot has refused our access for some time although it was renewed. Reconnect the account to go on.'
      return (await markInactive(deps, portal, { grant, reason })) ? 'inactive' : 'another'
    },
    async accepted(portalId) {
      try {
        await inPortal(deps.db, portalId, (trx) => forgetRefusals(trx, portalId))
      } catch {
        // The call had its effect and must not look failed; the next one that HubSpot takes says it again.
      }
    },
    async replaced(portalId, token) {
      const grant = await inPortal(deps.db, portalId, (trx) => findConnectedGrant(trx, portalId))
      if (!grant || (await deps.vault.open(grant.accessToken, accessTokenOf(portalId))) === token) return false
      if (kept.get(portalId)?.token === token) kept.delete(portalId)
      return true
    },
  }
}

function isBefore(one: Temporal.Instant, other: Temporal.Instant): boolean {
  return Temporal.Instant.compare(one, other) < 0
}

/** The stored grant if its access token is this one. */
async function findCurrent(deps: RefreshDeps, portalId: number, token: string) {
  const grant = await inPortal(deps.db, portalId, (trx) => findConnectedGrant(trx, portalId))
  if (!grant) return undefined
  return (await deps.vault.open(grant.accessToken, accessTokenOf(portalId))) === token ? grant : undefined
}
