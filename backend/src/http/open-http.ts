import fastify, { type FastifyInstance } from 'fastify'
import type { Deps } from '#deps'

/** An HTTP server with the limits that hold for every route; nothing is mounted yet and nobody listens. */
export function openHttp(deps: Pick<Deps, 'ids'>): FastifyInstance {
  return fastify({
    genReqId: () => deps.ids(),
    requestIdHeader: false,
    trustProxy: false,
    bodyLimit: 64 * 1024,
    // A sender of one byte a second holds a connection no longer than this.
    requestTimeout: 10_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 1_000 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  })
}
