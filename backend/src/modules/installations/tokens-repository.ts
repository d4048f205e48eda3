import type { Trx } from '#db/database.ts'

/** A grant as it lies in the database: both tokens sealed. */
export interface SealedGrant {
  accessToken: string
  refreshToken: string
  expiresAt: Temporal.Instant
}

/** The grant of a portal, whatever its status. */
export async function findGrant(trx: Trx, portalId: number): Promise<SealedGrant | undefined> {
  return trx
    .selectFrom('oauthTokens')
    .where('portalId', '=', portalId)
    .select(['accessToken', 'refreshToken', 'expiresAt'])
    .executeTakeFirst()
}

/** A grant, and since when HubSpot has refused its tokens; null: it takes them. */
export interface ConnectedGrant extends SealedGrant {
  refusedSince: Temporal.Instant | null
}

/** The grant of a portal that is connected. */
export async function findConnectedGrant(trx: Trx, portalId: number): Promise<ConnectedGrant | undefined> {
  return trx
    .selectFrom('oauthTokens as t')
    .innerJoin('installations as i', 'i.portalId', 't.portalId')
    .where('t.portalId', '=', portalId)
    .where('i.portalId', '=', portalId)
    .where('i.status', '=', 'connected')
    .select(['t.accessToken', 't.refreshToken', 't.expiresAt', 't.refusedSince'])
    .executeTakeFirst()
}

/** A new grant replaces an old one and whatever refresh of it is running. */
export async function upsertGrant(trx: Trx, portalId: number, grant: SealedGrant): Promise<void> {
  await trx
    .insertInto('oauthTokens')
    .values({ portalId, ...grant, refreshClaim: null, refreshClaimedUntil: null })
    .onConflict((conflict) =>
      conflict.column('portalId').doUpdateSet((eb) => ({
        ...grant,
        tokenVersion: eb('oauthTokens.tokenVersion', '+', 1),
        refreshClaim: null,
        refreshClaimedUntil: null,
        refusedSince: null,
        refusals: 0,
      })),
    )
    .execute()
}

export async function deleteGrant(trx: Trx, portalId: number): Promise<SealedGrant | undefined> {
  return trx
    .deleteFrom('oauthTokens')
    .where('portalId', '=', portalId)
    .returning(['accessToken', 'refreshToken', 'expiresAt'])
    .executeTakeFirst()
}

/**
 * Claims the refresh of exactly this grant. A sealed token is its own version: sealing makes another text every time, also
 * for the same token, and a portal that was disconnected and connected again counts its versions from the start.
 */
export async function claimRefresh(
  trx: Trx,
  portalId: number,
  grant: SealedGrant,
  claim: string,
  now: Temporal.Instant,
  until: Temporal.Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('oauthTokens')
    .set({ refreshClaim: claim, refreshClaimedUntil: until })
    .where('portalId', '=', portalId)
    .where('refreshToken', '=', grant.refreshToken)
    .where('accessToken', '=', grant.accessToken)
    .where((eb) => eb.or([eb('refreshClaim', 'is', null), eb('refreshClaimedUntil', '<=', now)]))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function releaseRefresh(trx: Trx, portalId: number, claim: string): Promise<void> {
  await trx
    .updateTable('oauthTokens')
    .set({ refreshClaim: null, refreshClaimedUntil: null })
    .where('portalId', '=', portalId)
    .where('refreshClaim', '=', claim)
    .execute()
}

/**
 * Puts a refreshed grant in the place of the one it came from. False when that one is gone. Our claim may have run out
 * meanwhile: the answer is stored all the same, because it may hold the only refresh token that still works.
 */
export async function replaceGrant(trx: Trx, portalId: number, old: SealedGrant, grant: SealedGrant): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('oauthTokens')
    .set((eb) => ({
      ...grant,
      tokenVersion: eb('tokenVersion', '+', 1),
      refreshClaim: null,
      refreshClaimedUntil: null,
    }))
    .where('portalId', '=', portalId)
    .where('refreshToken', '=', old.refreshToken)
    .where('accessToken', '=', old.accessToken)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Says that an access token is of no use any more, unless it was replaced already. */
export async function expireAccessToken(
  trx: Trx,
  portalId: number,
  accessToken: string,
  now: Temporal.Instant,
): Promise<void> {
  await trx
    .updateTable('oauthTokens')
    .set({ expiresAt: now })
    .where('portalId', '=', portalId)
    .where('accessToken', '=', accessToken)
    .execute()
}

export interface Refusals {
  refusedSince: Temporal.Instant
  refusals: number
}

/**
 * Counts the refusal of a token that was still to be used, which is of no use from then on; undefined when that was said of it
 * before, or another one took its place: many calls may meet the same token, and it counts once.
 */
export async function countRefusal(
  trx: Trx,
  portalId: number,
  accessToken: string,
  now: Temporal.Instant,
): Promise<Refusals | undefined> {
  const row = await trx
    .updateTable('oauthTokens')
    .set((eb) => ({
      expiresAt: now,
      refusedSince: eb.fn.coalesce('refusedSince', eb.val(now)),
      refusals: eb('refusals', '+', 1),
    }))
    .where('portalId', '=', portalId)
    .where('accessToken', '=', accessToken)
    .where('expiresAt', '>', now)
    .returning(['refusedSince', 'refusals'])
    .executeTakeFirst()
  return row && { refusedSince: row.refusedSince ?? now, refusals: row.refusals }
}

/** HubSpot takes our tokens again. */
export async function forgetRefusals(trx: Trx, portalId: number): Promise<void> {
  await trx
    .updateTable('oauthTokens')
    .set({ refusedSince: null, refusals: 0 })
    .where('portalId', '=', portalId)
    .where('refusals', '>', 0)
    .execute()
}
