import { approve, findProblem } from './hubspot/consent.ts'
import { grantApp, removeGrant, revokeGrant } from './hubspot/tokens.ts'
import { now, type World } from './hubspot/world.ts'

/** What tests do to installations from outside. */
export interface TokenDesk {
  /** Refresh tokens change at every refresh, and using an old one revokes the grant. May be switched while running. */
  rotate: boolean
  /** Successful refreshes per portal. */
  readonly refreshes: ReadonlyMap<number, number>
  /** Times a spent refresh token came back, per portal. */
  readonly reuses: ReadonlyMap<number, number>
  /** Makes every access token of a portal expired; the refresh token still works. */
  expire(portalId: number): void
  /** Kills refresh and access tokens; the app stays installed (HubSpot docs: revoking does not uninstall). */
  revoke(portalId: number): void
  install(portalId: number, scopes?: readonly string[]): { accessToken: string; refreshToken: string }
  remove(portalId: number): void
  /** The present refresh token, or null when the app is not installed. */
  refreshToken(portalId: number): string | null
  /** Presses "Connect app" on the consent page of this authorize address; gives where the browser would be sent. */
  approve(authorizeUrl: string, portalId: number): string
}

export function createTokenDesk(world: World): TokenDesk {
  const { tokens } = world
  return {
    get rotate() {
      return tokens.rotate
    },
    set rotate(value) {
      tokens.rotate = value
    },
    refreshes: tokens.refreshes,
    reuses: tokens.reuses,
    expire(portalId) {
      for (const access of tokens.access.values()) if (access.portalId === portalId) access.expiresAt = now(world)
    },
    revoke(portalId) {
      const grant = tokens.grants.get(portalId)
      if (grant) revokeGrant(tokens, grant)
    },
    install(portalId, scopes) {
      const portal = world.portals.get(portalId)
      if (!portal) throw new Error(`The sandbox has no portal ${portalId}.`)
      const { required, conditional, optional } = world.project.scopes
      const given = [...(scopes ?? [...required, ...conditional, ...optional])]
      const { grant, access } = grantApp(tokens, portal, portal.users[0]?.id ?? 0, given, now(world))
      world.changed('install', portalId)
      return { accessToken: access.token, refreshToken: grant.refreshToken }
    },
    remove(portalId) {
      removeGrant(tokens, portalId)
      world.changed('install', portalId)
    },
    refreshToken: (portalId) => tokens.grants.get(portalId)?.refreshToken ?? null,
    approve(authorizeUrl, portalId) {
      const query = new URL(authorizeUrl).searchParams
      const problem = findProblem(world, query)
      if (problem) throw new Error([problem.title, problem.text, ...(problem.details ?? [])].join('\n'))
      return approve(world, query, portalId)
    },
  }
}
