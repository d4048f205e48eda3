import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyInstance } from 'fastify'
import type { Deps } from '#deps'
import { apiRoutes } from '#http/api-routes.ts'
import { answerErrors } from '#http/error-handler.ts'
import { operationRoutes, type Readiness } from '#http/operations.ts'
import { verifyRequests } from '#http/verify-request.ts'
import { type WebhookDeps, webhookRoutes } from '#modules/events/routes.ts'
import { installRoutes, type OAuthSettings } from '#modules/installations/routes.ts'
import { unsubscribeRoutes } from '#modules/suppressions/routes.ts'

export interface AppParts {
  readonly deps: Deps
  /** What the webhook route needs besides `deps`; undefined for a worker, which serves operations only. */
  readonly web:
    | {
        readonly webhook: Omit<WebhookDeps, keyof Deps>
        readonly clientSecrets: readonly string[]
        readonly oauth: OAuthSettings
      }
    | undefined
  readonly readiness: Readiness
}

/** Builds the HTTP side: mounts each group of routes under its guard, and nothing else. */
export async function buildApp({ deps, web, readiness }: AppParts): Promise<FastifyInstance> {
  const app = fastify({
    genReqId: () => deps.ids(),
    requestIdHeader: false,
    trustProxy: false,
    bodyLimit: 64 * 1024,
    requestTimeout: 10_000,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
  }).withTypeProvider<TypeBoxTypeProvider>()
  answerErrors(app, deps)
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: INFO } })
  await app.register(operationRoutes, { metrics: deps.metrics, readiness })
  if (web) {
    await app.register(async (scope) => webhookRoutes(scope, { ...deps, ...web.webhook }))
    await app.register(async (scope) => installRoutes(scope, { deps, oauth: web.oauth }))
    await app.register(async (scope) => unsubscribeRoutes(scope, { deps }))
    await app.register(
      async (scope) => {
        verifyRequests(scope, { ...deps, clientSecrets: web.clientSecrets })
        await apiRoutes(scope, deps)
      },
      { prefix: '/api' },
    )
  }
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  await app.ready()
  return app
}

const INFO = {
  title: 'Stagecue',
  version: '0.1.0',
  description: 'Deal stages start e-mail sequences. `/api` answers only requests signed by HubSpot (`hubspot.fetch`).',
} as const
