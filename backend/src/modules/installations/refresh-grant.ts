import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { HubSpotOAuth, NoGrant, TokenAnswer, TokenGrant } from '#hubspot/oauth.ts'
import { markInactive } from './mark-inactive.ts'
import { accessTokenOf, refreshTokenOf } from './sealed-columns.ts'
import { findGrant, releaseRefresh, replaceGrant, type SealedGrant } from './tokens-repository.ts'

export type RefreshDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'random' | 'sleep' | 'vault' | 'metrics' | 'log'> & {
  oauth: HubSpotOAuth
}

/** A usable access token, and until when. */
export interface OpenToken {
  readonly token: string
  readonly expiresAt: Temporal.Instant
}

/** `changed`: the grant is another one now, look again. */
export type Refreshed =
  | { readonly kind: 'refreshed'; readonly open: OpenToken }
  | { readonly kind: 'changed' }
  | NoGrant

/**
 * Renews a grant that the caller has claimed. HubSpot is asked outside any transaction. An answer that got lost may have
 * rotated the refresh token, so the old one is tried once more; only when HubSpot refuses it and nobody has stored another
 * one meanwhile is the portal given up. `claim` is released unless the grant was replaced.
 */
export async function refreshGrant(
  deps: RefreshDeps,
  portalId: number,
  grant: SealedGrant,
  claim: string,
): Promise<Refreshed> {
  const refreshToken = await deps.vault.open(grant.refreshToken, refreshTokenOf(portalId))
  const answer = await askTwice(deps, refreshToken)
  if (answer.kind === 'granted') return keep(deps, portalId, grant, answer.grant)
  deps.metrics.count('token_refreshes_total', { outcome: answer.kind })
  if (answer.kind === 'refused') return giveUp(deps, portalId, grant)
  await inPortal(deps.db, portalId, (trx) => releaseRefresh(trx, portalId, claim))
  return answer
}

async function askTwice(deps: RefreshDeps, refreshToken: string): Promise<TokenAnswer> {
  const answer = await deps.oauth.refresh(refreshToken)
  // Told to wait: HubSpot refused to do anything, so nothing was lost.
  if (answer.kind !== 'unavailable' || answer.retryAfterMs !== undefined) return answer
  await deps.sleep(100 + deps.random() * 400)
  return deps.oauth.refresh(refreshToken)
}

async function keep(deps: RefreshDeps, portalId: number, old: SealedGrant, fresh: TokenGrant): Promise<Refreshed> {
  if (fresh.portalId !== portalId) {
    throw new AppError('internal', 'HubSpot answered a token refresh with the token of another account.')
  }
  const expiresAt = deps.clock().add({ seconds: fresh.expiresInSeconds })
  const sealed: SealedGrant = {
    accessToken: await deps.vault.seal(fresh.accessToken, accessTokenOf(portalId)),
    refreshToken: fresh.refreshToken
      ? await deps.vault.seal(fresh.refreshToken, refreshTokenOf(portalId))
      : old.refreshToken,
    expiresAt,
  }
  if (await store(deps, portalId, old, sealed)) {
    deps.metrics.count('token_refreshes_total', { outcome: 'refreshed' })
    return { kind: 'refreshed', open: { token: fresh.accessToken, expiresAt } }
  }
  deps.metrics.count('token_refreshes_total', { outcome: 'overtaken' })
  const current = await inPortal(deps.db, portalId, (trx) => findGrant(trx, portalId))
  // Disconnected while HubSpot answered: what it gave us must not outlive that. When another grant took the place, HubSpot
  // may have given both the same refresh token, so that one is left alone.
  if (!current && fresh.refreshToken) await deps.oauth.revoke(fresh.refreshToken)
  return { kind: 'changed' }
}

/** The answer may hold the only refresh token that still works: a database that stumbles must not cost it. */
async function store(deps: RefreshDeps, portalId: number, old: SealedGrant, fresh: SealedGrant): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await inPortal(deps.db, portalId, (trx) => replaceGrant(trx, portalId, old, fresh))
    } catch (error) {
      if (attempt >= 5) throw error
      await deps.sleep(200 * attempt)
    }
  }
}

async function giveUp(deps: RefreshDeps, portalId: number, grant: SealedGrant): Promise<Refreshed> {
  const portal = { portalId, actor: { kind: 'worker' }, requestId: deps.ids() } as const
  const reason =
    'HubSpot no longer accepts our access: it was revoked or the app was removed. Reconnect the account to go on.'
  if (await markInactive(deps, portal, { grant, reason })) {
    deps.log.warn({ portalId }, 'installation became inactive')
    throw new AppError('installation_revoked', reason)
  }
  return { kind: 'changed' }
}
