import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Metrics } from '#core/metrics.ts'

export interface Readiness {
  /** Undefined when this process can do its work, else a sentence that says what is missing. */
  readonly check: () => Promise<string | undefined>
}

/** `/livez`, `/readyz`, `/metrics`: for the operator's platform, not for people; they name no tenant. */
export const operationRoutes: FastifyPluginAsyncTypebox<{ metrics: Metrics; readiness: Readiness }> = async (
  app,
  { metrics, readiness },
) => {
  const Status = Type.Object({ status: Type.String() })
  app.get('/livez', { schema: { summary: 'The process runs', response: { 200: Status } } }, async () => ({
    status: 'ok',
  }))
  app.get(
    '/readyz',
    {
      schema: {
        summary: 'The process can serve: database reachable, not shutting down',
        response: { 200: Status, 503: Status },
      },
    },
    async (_request, reply) => {
      const missing = await readiness.check()
      return missing === undefined ? { status: 'ok' } : reply.code(503).send({ status: missing })
    },
  )
  app.get(
    '/metrics',
    { schema: { summary: 'Prometheus metrics', response: { 200: Type.String() } } },
    async (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics.expose()),
  )
}
