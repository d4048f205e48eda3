import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { signatureHeaders, unauthenticated } from '#http/verify-request.ts'
import { isSigned, judgeHeaders, signingKey } from '#hubspot/signature.ts'
import { type IntakeDeps, openIntake } from './accept-events.ts'
import { overloaded } from './coalescer.ts'

/** HubSpot sends at most 100 events per request, some 30 KB; a property value may be long. */
const BODY_LIMIT = 1024 * 1024

export interface WebhookDeps extends IntakeDeps, Pick<Deps, 'ids'> {
  readonly settings: { readonly publicUrl: string }
  /** New first, then the old one while a rotation lasts. */
  readonly clientSecrets: readonly string[]
}

const ANSWERS: Record<number, string> = {
  204: 'accepted',
  400: 'invalid',
  401: 'unauthenticated',
  413: 'too_large',
  415: 'unsupported',
  503: 'unavailable',
}

/**
 * `POST /webhooks/hubspot`: 204 after the events are committed, and only then. HubSpot repeats a request that got anything
 * else, or no answer within 5 seconds, up to 10 times over 24 hours (HubSpot docs, webhooks guide). Call it inside a scope of
 * its own (`app.register`), because it replaces the body parser; errors are answered by the scope above (`answerErrors`).
 */
export function webhookRoutes(app: FastifyInstance, deps: WebhookDeps): void {
  const keys = deps.clientSecrets.map(signingKey)
  const intake = openIntake(deps)
  app.setGenReqId(numbered(deps.ids()))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, raw, done) =>
    done(null, raw),
  )
  app.post(
    '/webhooks/hubspot',
    {
      bodyLimit: BODY_LIMIT,
      schema: {
        summary: 'HubSpot’s events, signed by HubSpot; 204 once they are stored',
        response: { 204: { type: 'null', description: 'Stored' } },
      },
      // What can be refused without reading the body is refused first.
      onRequest: (request, _reply, done) => {
        if (!intake.hasRoom()) return done(overloaded())
        const verdict = judgeHeaders({ ...signatureHeaders(request), now: deps.clock() })
        if (verdict) return done(unauthenticated(verdict))
        if (isEncoded(request.headers['content-encoding'])) return done(encoded())
        done()
      },
      onResponse: (_request, reply, done) => {
        observe(deps, reply)
        done()
      },
    },
    (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const uri = deps.settings.publicUrl + request.originalUrl
      const signed = isSigned({ keys, method: request.method, uri, body, ...signatureHeaders(request) })
      if (!signed) throw unauthenticated('mismatch')
      intake.accept(body, (failure) => {
        if (failure) reply.send(failure.error)
        else reply.code(204).send()
      })
    },
  )
}

/**
 * Ids of requests for the log: this process's and a number. A UUID for each took a twentieth of this process's time, and of
 * nearly all requests nobody ever asks for it.
 */
function numbered(prefix: string): () => string {
  let count = 0
  return () => `${prefix}-${(++count).toString(36)}`
}

function observe(deps: WebhookDeps, reply: FastifyReply): void {
  deps.metrics.count('webhook_requests_total', { answer: ANSWERS[reply.statusCode] ?? 'failed' })
  deps.metrics.observe('webhook_ack_seconds', reply.elapsedTime / 1000)
}

function isEncoded(contentEncoding: string | undefined): boolean {
  return contentEncoding !== undefined && contentEncoding.trim().toLowerCase() !== 'identity'
}

function encoded(): AppError {
  return new AppError('unsupported_media_type', 'Send the body without content encoding.')
}
