import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { type OpenToken, type RefreshDeps, type Refreshed, refreshGrant } from './refresh-grant.ts'
import { accessTokenOf } from './sealed-columns.ts'
import { claimRefresh, findConnectedGrant, type SealedGrant } from './tokens-repository.ts'

/** A token this close to its end is renewed before use (HubSpot docs: refresh before expiry, not on 401). */
export const FRESH_MS = 300_000
/** Until here the old token still does when it cannot be renewed right now. */
const USABLE_MS = 60_000
/** Longer than the two requests of a refresh may take (20 s each); a refresher that died is replaced after it. */
const CLAIM_SECONDS = 60
/** How long a caller waits for somebody else's refresh. */
const PATIENCE_MS = 20_000

/**
 * An access token of the portal that lives long enough for a call. Renews it when it does not, once for all processes: the
 * claim in the row decides who asks HubSpot, the others look at the row until it changes. Throws `installation_revoked` when the
 * portal is not connected or HubSpot refused the refresh token (the portal is inactive then), `hubspot_unavailable` when
 * HubSpot cannot renew it now, `misconfigured` when HubSpot does not know this app.
 */
export async function accessToken(deps: RefreshDeps, portalId: number): Promise<OpenToken> {
  for (let waited = 0; ; ) {
    const grant = await inPortal(deps.db, portalId, (trx) => findConnectedGrant(trx, portalId))
    if (!grant) throw new AppError('installation_revoked', 'The HubSpot account is not connected. Connect it again.')
    const leftMs = grant.expiresAt.since(deps.clock()).total('milliseconds')
    if (leftMs >= FRESH_MS) return open(deps, portalId, grant)
    const refreshed = await tryRefresh(deps, portalId, grant)
    if (refreshed?.kind === 'refreshed') return refreshed.open
    if (refreshed?.kind === 'changed') continue
    if (leftMs >= USABLE_MS) return open(deps, portalId, grant)
    if (refreshed) throw explain(refreshed)
    if (waited >= PATIENCE_MS) {
      const message = 'The access to HubSpot is being renewed and that takes long. Try again in a moment.'
      throw new AppError('hubspot_unavailable', message, { retryAfterMs: 5_000 })
    }
    const pause = 50 + deps.random() * 100
    await deps.sleep(pause)
    waited += pause
  }
}

/** Renews the grant if nobody else is at it; undefined when somebody is. */
async function tryRefresh(deps: RefreshDeps, portalId: number, grant: SealedGrant): Promise<Refreshed | undefined> {
  const claim = deps.ids()
  const now = deps.clock()
  const until = now.add({ seconds: CLAIM_SECONDS })
  const claimed = await inPortal(deps.db, portalId, (trx) => claimRefresh(trx, portalId, grant, claim, now, until))
  return claimed ? refreshGrant(deps, portalId, grant, claim) : undefined
}

async function open(deps: RefreshDeps, portalId: number, grant: SealedGrant): Promise<OpenToken> {
  return {
    token: await deps.vault.open(grant.accessToken, accessTokenOf(portalId)),
    expiresAt: grant.expiresAt,
  }
}

function explain(failed: Exclude<Refreshed, { kind: 'refreshed' | 'changed' }>): AppError {
  const cause = new Error(failed.detail)
  if (failed.kind === 'unavailable') {
    const wait = failed.retryAfterMs === undefined ? {} : { retryAfterMs: failed.retryAfterMs }
    const message = 'HubSpot cannot renew our access at the moment. Try again in a few minutes.'
    return new AppError('hubspot_unavailable', message, { cause, ...wait })
  }
  const message = 'HubSpot does not accept this app. Check HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET.'
  return new AppError('misconfigured', message, { cause })
}
