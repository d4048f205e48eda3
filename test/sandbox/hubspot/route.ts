import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import { ApiError } from './errors.ts'
import type { AccessToken } from './tokens.ts'
import type { Portal, Source } from './types.ts'
import { byApp, now, type World } from './world.ts'

/** What a handler of an authenticated call gets. */
export interface Call {
  readonly world: World
  readonly portal: Portal
  readonly token: AccessToken
  readonly params: Record<string, string>
  readonly query: URLSearchParams
  readonly body: unknown
  readonly at: number
  readonly by: Source
  readonly reply: FastifyReply
  /** 403 MISSING_SCOPES unless the app was granted every one of these. */
  need(scopes: readonly string[]): void
}

export interface Route {
  readonly method: HTTPMethods
  /** Each of these paths does the same; the dated one first, then the twins the official client still calls. */
  readonly paths: readonly string[]
  readonly family: string
  /** Granted if the app has any of these. */
  readonly scope?: readonly string[]
  readonly handle: (call: Call) => unknown
}

/** Registers calls that need an access token: 401, then 429, then 403, then the work. `undefined` is answered with 204. */
export function addRoutes(app: FastifyInstance, world: World, routes: readonly Route[]) {
  for (const route of routes) {
    for (const url of route.paths) {
      app.route({
        method: route.method,
        url,
        config: { family: route.family } as object,
        handler: async (request, reply) => {
          const token = authenticate(world, request)
          const portal = world.portals.get(token.portalId)
          if (!portal) throw new ApiError(401, 'INVALID_AUTHENTICATION', 'The portal of this token does not exist.')
          const at = now(world)
          reply.headers(world.limits.spend(portal.portalId, route.family, at))
          if (route.scope && !route.scope.some((scope) => token.scopes.includes(scope))) throw missing(route.scope)
          const result = await route.handle({
            world,
            portal,
            token,
            params: request.params as Record<string, string>,
            query: queryOf(request),
            body: request.body,
            at,
            by: byApp(world),
            reply,
            need(scopes) {
              const lacking = scopes.filter((scope) => !token.scopes.includes(scope))
              if (lacking.length > 0) throw missing(lacking)
            },
          })
          if (result === undefined) return reply.code(204).send()
          return reply.send(result)
        },
      })
    }
  }
}

/** The token of a call, without failing: for the journal and for faults that name a portal. */
export function tokenOf(world: World, request: FastifyRequest): AccessToken | null {
  const header = request.headers.authorization
  return header?.startsWith('Bearer ') ? (world.tokens.access.get(header.slice(7)) ?? null) : null
}

function authenticate(world: World, request: FastifyRequest): AccessToken {
  const token = tokenOf(world, request)
  if (!request.headers.authorization) {
    throw new ApiError(
      401,
      'INVALID_AUTHENTICATION',
      'Authentication credentials not found. This API supports OAuth 2.0 authentication.',
    )
  }
  if (!token || token.dead) {
    throw new ApiError(401, 'INVALID_AUTHENTICATION', 'The OAuth token used to make this call is invalid or revoked.')
  }
  const late = now(world) - token.expiresAt
  if (late >= 0) {
    const message = `The OAuth token used to make this call expired ${Math.floor(late / 1000)} second(s) ago.`
    throw new ApiError(401, 'EXPIRED_AUTHENTICATION', message, {
      context: { 'expire time': [new Date(token.expiresAt).toISOString()] },
    })
  }
  return token
}

function missing(scopes: readonly string[]) {
  return new ApiError(403, 'MISSING_SCOPES', "This app hasn't been granted all required scopes to make this call.", {
    errors: [
      {
        message: 'One or more of the following scopes are required.',
        context: { requiredGranularScopes: [...scopes] },
      },
    ],
  })
}

export function queryOf(request: FastifyRequest): URLSearchParams {
  const at = request.url.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1))
}

export function pathOf(request: FastifyRequest): string {
  const at = request.url.indexOf('?')
  return at < 0 ? request.url : request.url.slice(0, at)
}
