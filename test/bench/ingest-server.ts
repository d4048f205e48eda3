import fastify, { type FastifyInstance } from 'fastify'
import { systemClock, systemSleep } from '#core/clock.ts'
import { systemIds } from '#core/ids.ts'
import { silentLog } from '#core/log.ts'
import { tuneHeap } from '#core/tune-heap.ts'
import { openPool } from '#db/database.ts'
import { answerErrors } from '#http/error-handler.ts'
import { openHttp } from '#http/open-http.ts'
import type { IntakeLimits } from '#modules/events/accept-events.ts'
import { INTAKE_ROLE } from '#modules/events/intake-repository.ts'
import { webhookRoutes } from '#modules/events/routes.ts'
import { openMetrics } from '#observe/open-metrics.ts'
import { BENCH_SECRET, BENCH_URL } from './ingest-load.ts'

/**
 * `bare` reads the same body and answers 204; the other two are the product with and without batching, its server, ids and metrics
 * as in production.
 */
export type IngestMode = 'bare' | 'coalesced' | 'per request'

const ONE_BY_ONE: Partial<IntakeLimits> = { eager: 10, inFlight: 10, batchEvents: 1, batchBytes: 1 }

function bare(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, raw, done) => done(null, raw))
  app.post('/webhooks/hubspot', async (_request, reply) => reply.code(204).send())
}

async function serve(mode: IngestMode, databaseUrl: string): Promise<number> {
  // As production does; the bare one too.
  tuneHeap()
  const app = mode === 'bare' ? fastify() : openHttp({ ids: systemIds })
  if (mode === 'bare') bare(app)
  else {
    const intake = openPool({ url: databaseUrl, size: 10, role: INTAKE_ROLE, name: 'bench-intake' })
    answerErrors(app, { log: silentLog })
    await app.register(async (scope) =>
      webhookRoutes(scope, {
        intake,
        clock: systemClock,
        ids: systemIds,
        sleep: systemSleep,
        log: silentLog,
        metrics: openMetrics(),
        soon: setImmediate,
        settings: { publicUrl: BENCH_URL },
        clientSecrets: [BENCH_SECRET],
        ...(mode === 'per request' ? { limits: ONE_BY_ONE } : {}),
      }),
    )
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  return typeof address === 'object' && address ? address.port : 0
}

const [, , mode, databaseUrl] = process.argv
if (mode === 'bare' || mode === 'coalesced' || mode === 'per request') {
  process.send?.(await serve(mode, databaseUrl ?? ''))
}
