import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { systemSleep } from '#core/clock.ts'
import { ApiError, errorBody } from './errors.ts'
import type { Fault } from './faults.ts'
import type { JournalEntry } from './journal.ts'
import { pathOf, tokenOf } from './route.ts'
import { now, type World } from './world.ts'

/** HubSpot answers 414 to very long addresses; the exact length is not documented. */
const LONGEST_URL = 8000

/** Writes the journal, plays faults and gives every error HubSpot's shape, for all routes registered on `app`. */
export function addGate(app: FastifyInstance, world: World) {
  const entries = new WeakMap<FastifyRequest, JournalEntry>()
  const drops = new WeakSet<FastifyRequest>()

  app.removeContentTypeParser('application/json')
  // An empty JSON body is common on DELETE; HubSpot takes it for no body.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined)
    try {
      done(null, JSON.parse(String(body)))
    } catch {
      done(new ApiError(400, 'VALIDATION_ERROR', 'Invalid input JSON: the body could not be parsed.'))
    }
  })

  app.addHook('onRequest', async (request, reply) => {
    const family = (request.routeOptions.config as { family?: string }).family ?? 'unknown'
    const portalId = tokenOf(world, request)?.portalId ?? null
    const path = pathOf(request)
    const query = request.url.slice(path.length + 1)
    const entry = world.journal.open({ at: now(world), portalId, method: request.method, path, query, family })
    entries.set(request, entry)
    if (request.url.length > LONGEST_URL) throw new ApiError(414, 'VALIDATION_ERROR', 'URI Too Long')
    const fault = world.faults.take({ method: request.method, path, portalId, family })
    if (!fault) return
    entry.fault = fault.kind
    if (fault.kind === 'dropAnswer') drops.add(request)
    else if (fault.kind === 'delay') await systemSleep(fault.delayMs ?? 1000)
    else return play(fault, reply, () => world.journal.close(entry, 0))
  })
  app.addHook('onSend', async (request, _reply, payload) => {
    // The work is done; the answer never leaves.
    if (drops.has(request)) request.raw.socket.resetAndDestroy()
    return payload
  })
  app.addHook('onResponse', async (request, reply) => {
    const entry = entries.get(request)
    if (entry) world.journal.close(entry, reply.statusCode)
  })
  app.addHook('onRequestAbort', async (request) => {
    const entry = entries.get(request)
    if (entry?.status === 0 && drops.has(request)) world.journal.close(entry, 0)
  })
  app.setErrorHandler((error, _request, reply) => answerError(error, reply))
}

/** Turns any error into HubSpot's shape. */
export function answerError(error: unknown, reply: FastifyReply) {
  if (error instanceof ApiError) return reply.code(error.statusCode).send(error.body)
  const status = (error as { statusCode?: number }).statusCode ?? 500
  const message = error instanceof Error ? error.message : 'internal error'
  return reply.code(status).send(errorBody(status < 500 ? 'VALIDATION_ERROR' : 'INTERNAL_ERROR', message))
}

function play(fault: Fault, reply: FastifyReply, cut: () => void): FastifyReply {
  const status = fault.status
  switch (fault.kind) {
    case 'reset':
      cut()
      reply.hijack()
      reply.raw.socket?.resetAndDestroy()
      return reply
    case 'timeout':
      cut()
      reply.hijack()
      return reply
    case 'html':
      return reply
        .code(status ?? 502)
        .headers({ 'content-type': 'text/html', ...fault.headers })
        .send(fault.body ?? '<html><body><h1>502 Bad Gateway</h1></body></html>')
    case 'truncated':
      cut()
      reply.hijack()
      reply.raw.writeHead(status ?? 200, {
        'content-type': 'application/json',
        'content-length': '5000',
        ...fault.headers,
      })
      reply.raw.write(typeof fault.body === 'string' ? fault.body : '{"results":[{"id":"1","propert', () =>
        reply.raw.socket?.destroy(),
      )
      return reply
    default:
      return reply
        .code(status ?? 503)
        .headers({ 'content-type': 'application/json', ...fault.headers })
        .send(JSON.stringify(fault.body ?? errorBody('INTERNAL_ERROR', 'Something went wrong on our side. Try again.')))
  }
}
