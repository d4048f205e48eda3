import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import type { PortalContext } from '#core/context.ts'
import type { Deps } from '#deps'
import { apiRoutes } from '#http/api-routes.ts'
import { answerErrors } from '#http/error-handler.ts'
import { openHttp } from '#http/open-http.ts'
import { operationRoutes, type Readiness } from '#http/operations.ts'
import { verifyRequests } from '#http/verify-request.ts'
import { forPerson } from '#hubspot/for-person.ts'
import type { HubSpotOAuth } from '#hubspot/oauth.ts'
import { clickRoutes } from '#modules/clicks/routes.ts'
import type { IntakeDeps } from '#modules/events/accept-events.ts'
import { webhookRoutes } from '#modules/events/routes.ts'
import { inboundRoutes } from '#modules/inbound/routes.ts'
import { OPTIONAL_SCOPES } from '#modules/installations/optional-scopes.ts'
import { installationRoutes } from '#modules/installations/routes.ts'
import { listOwners } from '#modules/owners/list-owners.ts'
import { refreshOwners } from '#modules/owners/refresh-owners.ts'
import { refreshPipelines } from '#modules/pipelines/refresh-pipelines.ts'
import { unsubscribeRoutes } from '#modules/suppressions/routes.ts'

/** What serving HubSpot and people needs besides `Deps`. */
export interface WebParts {
  readonly clientId: string
  /** New first, then the old one while it is rotated. */
  readonly clientSecrets: readonly [string, ...string[]]
  readonly apiUrl: string
  readonly authorizeUrl: string
  readonly oauth: HubSpotOAuth
  /** Undefined: no mail comes in over HTTP. */
  readonly inboundSecret?: string | undefined
  readonly intake: Pick<IntakeDeps, 'intake' | 'soon' | 'onStored'>
}

export interface AppParts {
  readonly deps: Deps
  /** Undefined for a worker, which serves the operator's routes only. */
  readonly web: WebParts | undefined
  readonly readiness: Readiness
}

/** Builds the HTTP side: mounts each group of routes under its guard, and nothing else. */
export async function buildApp({ deps, web, readiness }: AppParts): Promise<FastifyInstance> {
  const app = openHttp(deps).withTypeProvider<TypeBoxTypeProvider>()
  answerErrors(app, deps)
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: INFO } })
  await app.register(operationRoutes, { metrics: deps.metrics, readiness })
  if (web) await mountWeb(app, deps, web)
  app.get('/openapi.json', { schema: { summary: 'This document' } }, async () => app.swagger())
  await app.ready()
  return app
}

async function mountWeb(app: FastifyInstance, deps: Deps, web: WebParts): Promise<void> {
  const { clientSecrets, oauth } = web
  await app.register(async (scope) => webhookRoutes(scope, { ...deps, ...web.intake, clientSecrets }))
  await app.register(installationRoutes, {
    deps: { ...deps, oauth },
    clientId: web.clientId,
    clientSecret: clientSecrets[0],
    apiUrl: web.apiUrl,
    authorizeUrl: web.authorizeUrl,
    optionalScopes: OPTIONAL_SCOPES,
    // So that the first card already says the stages' names, and the first mail comes from the deal's owner.
    onConnected: (portal) => learnAccount(deps, portal),
  })
  await app.register(unsubscribeRoutes, { deps })
  await app.register(clickRoutes, { deps })
  if (web.inboundSecret !== undefined) await app.register(inboundRoutes, { deps, secret: web.inboundSecret })
  await app.register(
    async (scope) => {
      verifyRequests(scope, { ...deps, clientSecrets })
      await apiRoutes(scope, { ...deps, hubspot: forPerson(deps.hubspot) }, oauth)
    },
    { prefix: '/api' },
  )
}

async function learnAccount(deps: Deps, portal: PortalContext): Promise<void> {
  await refreshPipelines(deps, portal)
  if ((await listOwners(deps, portal)).permitted) await refreshOwners(deps, portal)
}

const INFO = {
  title: 'Stagecue',
  version: '0.1.0',
  description: 'Deal stages start e-mail sequences. `/api` answers only requests signed by HubSpot (`hubspot.fetch`).',
} as const
