import { randomBytes } from 'node:crypto'
import type { Portal } from './types.ts'

/** One installation of the app: HubSpot keeps one refresh token per app and portal; installing again makes a new one. */
export interface Grant {
  readonly portalId: number
  readonly userId: number
  readonly scopes: string[]
  refreshToken: string
  /** Refresh tokens that were rotated away; using one again revokes the grant. */
  readonly spent: Set<string>
  revoked: boolean
}

export interface AccessToken {
  readonly token: string
  readonly portalId: number
  readonly userId: number
  readonly scopes: string[]
  expiresAt: number
  dead: boolean
}

interface Code {
  readonly portalId: number
  readonly userId: number
  readonly scopes: string[]
  readonly redirectUri: string
  readonly challenge: string | null
  readonly challengeMethod: string
  readonly expiresAt: number
}

/** HubSpot docs: access tokens live 1800 s. The life of a code is not documented; a minute is short enough to notice. */
const ACCESS_TOKEN_MS = 1_800_000
const CODE_MS = 60_000

export interface Tokens {
  readonly grants: Map<number, Grant>
  readonly access: Map<string, AccessToken>
  readonly byRefresh: Map<string, Grant>
  readonly codes: Map<string, Code>
  /** Whether a refresh gives a new refresh token and watches for reuse of the old one. */
  rotate: boolean
  /** Successful refreshes, per portal. */
  readonly refreshes: Map<number, number>
  /** Times a spent refresh token was used again, per portal. */
  readonly reuses: Map<number, number>
}

export function createTokens(): Tokens {
  return {
    grants: new Map(),
    access: new Map(),
    byRefresh: new Map(),
    codes: new Map(),
    rotate: false,
    refreshes: new Map(),
    reuses: new Map(),
  }
}

/** A single-use code for an approved consent page. */
export function issueCode(tokens: Tokens, code: Omit<Code, 'expiresAt'>, at: number): string {
  const value = randomUuidLike()
  tokens.codes.set(value, { ...code, expiresAt: at + CODE_MS })
  return value
}

/** Takes a code out; null when it is unknown, used or too old. */
export function takeCode(tokens: Tokens, value: string, at: number): Code | null {
  const code = tokens.codes.get(value)
  tokens.codes.delete(value)
  return code && code.expiresAt > at ? code : null
}

/** Installs the app: ends an earlier installation and gives the new one's tokens. */
export function grantApp(
  tokens: Tokens,
  portal: Pick<Portal, 'portalId'>,
  userId: number,
  scopes: string[],
  at: number,
) {
  const earlier = tokens.grants.get(portal.portalId)
  if (earlier) tokens.byRefresh.delete(earlier.refreshToken)
  const grant: Grant = {
    portalId: portal.portalId,
    userId,
    scopes,
    refreshToken: newRefreshToken(),
    spent: new Set(),
    revoked: false,
  }
  tokens.grants.set(portal.portalId, grant)
  tokens.byRefresh.set(grant.refreshToken, grant)
  return { grant, access: issueAccess(tokens, grant, at) }
}

export function issueAccess(tokens: Tokens, grant: Grant, at: number): AccessToken {
  const access: AccessToken = {
    token: `CSand${randomBytes(180).toString('base64url')}`,
    portalId: grant.portalId,
    userId: grant.userId,
    scopes: grant.scopes,
    expiresAt: at + ACCESS_TOKEN_MS,
    dead: false,
  }
  tokens.access.set(access.token, access)
  return access
}

/** A refresh: the grant with a new access token, or null for an invalid, revoked or reused refresh token. */
export function refresh(tokens: Tokens, refreshToken: string, at: number) {
  const grant = tokens.byRefresh.get(refreshToken)
  if (!grant || grant.revoked) return null
  if (grant.spent.has(refreshToken)) {
    tokens.reuses.set(grant.portalId, (tokens.reuses.get(grant.portalId) ?? 0) + 1)
    revokeGrant(tokens, grant)
    return null
  }
  if (tokens.rotate) {
    grant.spent.add(refreshToken)
    grant.refreshToken = newRefreshToken()
    tokens.byRefresh.set(grant.refreshToken, grant)
  }
  tokens.refreshes.set(grant.portalId, (tokens.refreshes.get(grant.portalId) ?? 0) + 1)
  return { grant, access: issueAccess(tokens, grant, at) }
}

/** Kills the refresh token and every access token of the grant. */
export function revokeGrant(tokens: Tokens, grant: Grant) {
  grant.revoked = true
  for (const access of tokens.access.values()) if (access.portalId === grant.portalId) access.dead = true
}

/** Removes the app from a portal. */
export function removeGrant(tokens: Tokens, portalId: number) {
  const grant = tokens.grants.get(portalId)
  if (!grant) return
  revokeGrant(tokens, grant)
  tokens.grants.delete(portalId)
}

const newRefreshToken = () => `na1-${randomUuidLike()}`

function randomUuidLike() {
  const hex = randomBytes(16).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
