import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { ApiError } from './errors.ts'
import { addRoutes } from './route.ts'
import { type AccessToken, type Grant, grantApp, refresh, removeGrant, takeCode } from './tokens.ts'
import { now, type World } from './world.ts'

type Form = Record<string, string | undefined>

/** Token, introspection and revocation, as HubSpot documents them for `/oauth/2026-09`; form-encoded only (JSON is a 415). */
export async function tokenRoutes(app: FastifyInstance, world: World) {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  const config = { family: 'oauth' } as object
  for (const version of ['2026-09', '2026-03', 'v3', 'v1']) {
    app.post(`/oauth/${version}/token`, { config }, async (request) => {
      const answer = exchange(world, (request.body ?? {}) as Form)
      if (version !== 'v1') return answer
      const { token_type, access_token, refresh_token, expires_in } = answer
      return { token_type, access_token, refresh_token, expires_in }
    })
    app.post(`/oauth/${version}/token/introspect`, { config }, async (request) => {
      const form = (request.body ?? {}) as Form
      checkClient(world, form)
      return introspect(world, form.token ?? '')
    })
    app.post(`/oauth/${version}/token/revoke`, { config }, async (request, reply) => {
      const form = (request.body ?? {}) as Form
      checkClient(world, form)
      // Access tokens already issued keep working until they expire (HubSpot docs, revoke).
      const grant = world.tokens.byRefresh.get(form.token ?? '')
      if (grant) grant.revoked = true
      return reply.code(200).send({})
    })
  }
  legacyRoutes(app, world, config)
}

/** The v1 calls of the official client: metadata of a token in the path. */
function legacyRoutes(app: FastifyInstance, world: World, config: object) {
  app.get('/oauth/v1/access-tokens/:token', { config }, async (request) => {
    const { token } = request.params as { token: string }
    const access = world.tokens.access.get(token)
    if (!access || !isLive(world, access)) throw new ApiError(404, 'OBJECT_NOT_FOUND', 'access token not found')
    return { token, ...describe(world, access), expires_in: remaining(world, access), token_type: 'access' }
  })
  app.get('/oauth/v1/refresh-tokens/:token', { config }, async (request) => {
    const { token } = request.params as { token: string }
    const grant = world.tokens.byRefresh.get(token)
    if (!grant || grant.revoked) throw new ApiError(404, 'OBJECT_NOT_FOUND', 'refresh token not found')
    return { token, ...describe(world, grant), client_id: world.app.clientId, token_type: 'refresh' }
  })
  app.delete('/oauth/v1/refresh-tokens/:token', { config }, async (request, reply) => {
    const grant = world.tokens.byRefresh.get((request.params as { token: string }).token)
    if (grant) grant.revoked = true
    return reply.code(204).send()
  })
}

/** The app removing itself: 204, and nothing of the installation works afterwards. */
export async function uninstallRoutes(app: FastifyInstance, world: World) {
  addRoutes(app, world, [
    {
      method: 'DELETE',
      paths: ['/appinstalls/2026-09/external-install', '/appinstalls/v3/external-install'],
      family: 'oauth',
      handle({ portal }) {
        removeGrant(world.tokens, portal.portalId)
        world.changed('install', portal.portalId)
      },
    },
  ])
}

function exchange(world: World, form: Form) {
  checkClient(world, form)
  const at = now(world)
  if (form.grant_type === 'refresh_token') {
    const renewed = refresh(world.tokens, form.refresh_token ?? '', at)
    if (!renewed) throw oauthError('BAD_REFRESH_TOKEN', 'refresh token is invalid, expired or revoked')
    world.changed('install', renewed.grant.portalId)
    return tokenAnswer(renewed.grant, renewed.access)
  }
  if (form.grant_type !== 'authorization_code') throw oauthError('BAD_GRANT_TYPE', 'missing or unknown grant type')
  const code = takeCode(world.tokens, form.code ?? '', at)
  if (!code) throw oauthError('BAD_AUTH_CODE', 'missing or unknown auth code')
  if (code.redirectUri !== form.redirect_uri) throw oauthError('BAD_REDIRECT_URI', 'missing or invalid redirect uri')
  if (code.challenge !== null && !verifies(code.challenge, code.challengeMethod, form.code_verifier)) {
    throw oauthError('BAD_CODE_VERIFIER', 'missing or invalid code verifier')
  }
  const portal = world.portals.get(code.portalId)
  if (!portal) throw oauthError('BAD_HUB', 'missing or unknown hub id', 'access_denied')
  const { grant, access } = grantApp(world.tokens, portal, code.userId, code.scopes, at)
  world.changed('install', portal.portalId)
  return tokenAnswer(grant, access)
}

function tokenAnswer(grant: Grant, access: AccessToken) {
  return {
    token_type: 'bearer',
    access_token: access.token,
    refresh_token: grant.refreshToken,
    expires_in: 1800,
    hub_id: grant.portalId,
    user_id: grant.userId,
    scopes: grant.scopes,
    token_use: 'access_token',
    id_token: null,
  }
}

function introspect(world: World, token: string) {
  const access = world.tokens.access.get(token)
  const grant = world.tokens.byRefresh.get(token)
  if (access && isLive(world, access)) {
    const base = { active: true, token, token_use: 'access_token', token_type: 'bearer', ...describe(world, access) }
    return {
      ...base,
      client_id: world.app.clientId,
      expires_in: remaining(world, access),
      is_private_distribution: false,
    }
  }
  if (grant && !grant.revoked && !grant.spent.has(token)) {
    return { active: true, token, token_use: 'refresh_token', client_id: world.app.clientId, ...describe(world, grant) }
  }
  return { active: false }
}

function describe(world: World, holder: { portalId: number; userId: number; scopes: string[] }) {
  const portal = world.portals.get(holder.portalId)
  return {
    hub_id: holder.portalId,
    hub_domain: portal?.domain ?? '',
    app_id: world.app.appId,
    user_id: holder.userId,
    user: portal?.users.find((user) => user.id === holder.userId)?.email ?? '',
    scopes: holder.scopes,
  }
}

const isLive = (world: World, access: AccessToken) => !access.dead && access.expiresAt > now(world)

const remaining = (world: World, access: AccessToken) => Math.floor((access.expiresAt - now(world)) / 1000)

/** The client id is checked first (HubSpot docs, token errors). */
function checkClient(world: World, form: Form) {
  if (form.client_id !== world.app.clientId)
    throw oauthError('BAD_CLIENT_ID', 'missing or invalid client id', 'invalid_client')
  if (form.client_secret !== world.app.clientSecret) {
    throw oauthError('BAD_CLIENT_SECRET', 'missing or invalid client secret', 'invalid_client')
  }
}

function verifies(challenge: string, method: string, verifier: string | undefined): boolean {
  if (!verifier) return false
  if (method === 'plain') return verifier === challenge
  return createHash('sha256').update(verifier).digest('base64url') === challenge
}

function oauthError(status: string, message: string, error = 'invalid_grant') {
  return new ApiError(400, status, message, {
    more: { status, category: undefined, error, error_description: message },
  })
}
