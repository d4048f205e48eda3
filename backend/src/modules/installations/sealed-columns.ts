import type { SealContext } from '#core/vault.ts'

/** Where the tokens of a portal are sealed to. */
export const accessTokenOf = (portalId: number): SealContext => ({ portalId, column: 'oauth_tokens.access_token' })
export const refreshTokenOf = (portalId: number): SealContext => ({ portalId, column: 'oauth_tokens.refresh_token' })
