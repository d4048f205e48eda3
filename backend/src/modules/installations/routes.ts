import oauth2, { type OAuth2Namespace } from '@fastify/oauth2'
import { type FastifyPluginAsyncTypebox, type Static, Type } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { PortalContext } from '#core/context.ts'
import { isAppError } from '#core/errors.ts'
import type { Page } from '#core/page.ts'
import type { Deps } from '#deps'
import { showPage } from '#http/page.ts'
import { API_VERSION } from '#hubspot/family.ts'
import { type ConnectDeps, type ConnectOutcome, connectPortal } from './connect-portal.ts'
import * as pages from './install-pages.ts'
import { portalLinks } from './portal-links.ts'
import { startInstall } from './start-install.ts'
import { takeState } from './take-state.ts'

declare module 'fastify' {
  interface FastifyInstance {
    hubspotOAuth: OAuth2Namespace
  }
}

export interface InstallationRouteOptions {
  deps: ConnectDeps & Pick<Deps, 'secrets' | 'log'>
  clientId: string
  clientSecret: string
  /** HUBSPOT_API_URL and HUBSPOT_AUTHORIZE_URL, origins. */
  apiUrl: string
  authorizeUrl: string
  /** What HubSpot may leave out when it grants: the features that need them say so. As the app's manifest lists them. */
  optionalScopes?: readonly string[]
  /** Awaited after each successful connection, before its page is shown; a failure is logged and changes nothing. */
  onConnected?: (portal: PortalContext) => Promise<unknown>
}

const InstallQuery = Type.Object({ portalId: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,14}$' })) })
const CallbackQuery = Type.Object({
  code: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
  state: Type.Optional(Type.String({ maxLength: 200 })),
  error: Type.Optional(Type.String({ maxLength: 200 })),
})
const Html = Type.String()

/**
 * `GET /oauth/install` and `GET /oauth/callback`: the only doors without a HubSpot signature. Their guard is the state: one use,
 * ten minutes, this browser (RFC 9700 §4.7). Every answer is a page for a person.
 */
export const installationRoutes: FastifyPluginAsyncTypebox<InstallationRouteOptions> = async (app, options) => {
  const flow = describeFlow(options)
  await registerOAuth(app, options, flow)

  app.setErrorHandler((error, request, reply) => {
    if (isValidation(error)) return showPage(reply, 400, pages.linkExpired)
    options.deps.log.error({ requestId: request.id, err: error }, 'connection attempt failed')
    return showPage(reply, isAppError(error) ? error.status : 500, pages.failed)
  })

  app.get(
    '/oauth/install',
    { exposeHeadRoute: false, schema: { querystring: InstallQuery, response: { 302: Type.Null() } } },
    async (request, reply) => {
      const url = new URL(await app.hubspotOAuth.generateAuthorizationUri(request, reply))
      const { optionalScopes = [] } = options
      if (optionalScopes.length > 0) url.searchParams.set('optional_scope', optionalScopes.join(' '))
      const portal = expectedPortal(request.query)
      if (portal) url.pathname = `/oauth/${portal}/authorize`
      reply.header('cache-control', 'no-store')
      // HubSpot docs: scopes are separated by %20; a query encoder writes "+".
      return reply.redirect(url.href.replaceAll('+', '%20'), 302)
    },
  )

  const response = { 200: Html, 302: Type.Null(), 400: Html, 500: Html, 502: Html }
  app.get(
    '/oauth/callback',
    { exposeHeadRoute: false, schema: { querystring: CallbackQuery, response } },
    async (request, reply) => {
      const { code, state } = request.query
      // An installation that began in HubSpot's marketplace: nobody here asked for it, so its code proves nothing about this
      // browser. It is never exchanged; the person starts our own flow and HubSpot asks once more.
      if (code && !state) return reply.redirect('/oauth/install', 302)
      const [status, page] = await finish(options, flow, request, reply)
      return showPage(reply, status, page)
    },
  )
}

type Callback = Static<typeof CallbackQuery>
type Answer = [200 | 400 | 500 | 502, Page]

/** The way back from HubSpot: proves the state, then connects. */
async function finish(
  options: InstallationRouteOptions,
  flow: Flow,
  request: FastifyRequest<{ Querystring: Callback }>,
  reply: FastifyReply,
): Promise<Answer> {
  const { code, state, error } = request.query
  if (!state) return [400, error ? pages.denied : pages.incomplete]
  const taken = await takeState(options.deps, state, request.cookies[flow.stateCookie])
  if (!taken) return [400, pages.linkExpired]
  const codeVerifier = request.cookies[flow.verifierCookie] ?? ''
  reply.clearCookie(flow.stateCookie, flow.cookie).clearCookie(flow.verifierCookie, flow.cookie)
  if (error) return [400, error === 'access_denied' ? pages.denied : pages.codeRefused]
  if (!code) return [400, pages.incomplete]
  const { expectedPortal } = taken
  const outcome = await connectPortal(options.deps, {
    code,
    codeVerifier,
    redirectUri: flow.redirectUri,
    expectedPortal,
    requestId: request.id,
  })
  if (outcome.kind === 'connected') await tellConnected(options, outcome.portal)
  return explain(outcome, options.authorizeUrl)
}

/** The portal is connected whatever comes of this. */
async function tellConnected({ deps, onConnected }: InstallationRouteOptions, portal: PortalContext): Promise<void> {
  try {
    await onConnected?.(portal)
  } catch (error) {
    const { portalId, requestId } = portal
    deps.log.warn({ portalId, requestId, err: error }, 'first work after connecting failed')
  }
}

/** What both routes agree on. */
interface Flow {
  readonly redirectUri: string
  readonly stateCookie: string
  readonly verifierCookie: string
  readonly cookie: { path: string; httpOnly: boolean; sameSite: 'lax'; secure: boolean; maxAge: number }
}

function describeFlow({ deps }: InstallationRouteOptions): Flow {
  const { publicUrl } = deps.settings
  const secure = publicUrl.startsWith('https://')
  // A browser takes a __Host- cookie only from this very host over https, so no sibling domain can plant one.
  const prefix = secure ? '__Host-' : ''
  return {
    redirectUri: `${publicUrl}/oauth/callback`,
    stateCookie: `${prefix}stagecue-state`,
    verifierCookie: `${prefix}stagecue-verifier`,
    cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: 600 },
  }
}

/** The plugin makes the consent address with its PKCE pair and sets the cookies; the state is ours, used once. */
async function registerOAuth(app: FastifyInstance, options: InstallationRouteOptions, flow: Flow): Promise<void> {
  const { deps } = options
  await app.register(oauth2, {
    name: 'hubspotOAuth',
    scope: [...deps.settings.scopes],
    credentials: {
      client: { id: options.clientId, secret: options.clientSecret },
      auth: {
        authorizeHost: options.authorizeUrl,
        authorizePath: '/oauth/authorize',
        tokenHost: options.apiUrl,
        tokenPath: `/oauth/${API_VERSION.oauth}/token`,
      },
      options: { authorizationMethod: 'body' },
    },
    callbackUri: flow.redirectUri,
    pkce: 'S256',
    cookie: flow.cookie,
    redirectStateCookieName: flow.stateCookie,
    verifierCookieName: flow.verifierCookie,
    generateStateFunction: async (request: FastifyRequest) => startInstall(deps, expectedPortal(request.query)),
    // The plugin takes the two functions together only. The callback does its own exchange, for its typed failures.
    checkStateFunction: async () => false,
  })
}

function explain(outcome: ConnectOutcome, authorizeUrl: string): Answer {
  switch (outcome.kind) {
    case 'connected': {
      const { portal, account, uiDomain, how } = outcome
      return [200, pages.connected(account, how, portalLinks(authorizeUrl, portal.portalId, uiDomain))]
    }
    case 'scopes_missing':
      return [400, pages.scopesMissing(outcome.missing)]
    case 'other_account':
      return [400, pages.otherAccount(outcome.expected, outcome.chosen)]
    case 'refused':
      return [400, pages.codeRefused]
    case 'misconfigured':
      return [500, pages.misconfigured]
    case 'unavailable':
      return [502, pages.unavailable]
  }
}

function expectedPortal(query: unknown): number | undefined {
  const { portalId } = query as { portalId?: string }
  return portalId ? Number(portalId) : undefined
}

function isValidation(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'validation' in error
}
