import './request.ts'
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Clock } from '#core/clock.ts'
import { AppError } from '#core/errors.ts'
import type { Log } from '#core/log.ts'
import { readJson, UnreadableJson } from '#core/read-json.ts'
import { judgeHeaders, type SignatureVerdict, signingKey, verifySignature } from '#hubspot/signature.ts'
import { answerErrors } from './error-handler.ts'
import { portalIdentity } from './portal-identity.ts'

/** Bodies of cards and the settings page are small; a sequence of 30 steps fits many times. */
const BODY_LIMIT = 64 * 1024

export interface VerifyDeps {
  readonly clock: Clock
  readonly log: Log
  readonly settings: { readonly publicUrl: string }
  /** New first, then the old one while a rotation lasts. */
  readonly clientSecrets: readonly string[]
}

/**
 * Makes everything registered on `api` afterwards (its scope, `/api`) open only to requests that HubSpot signed for us: sets
 * `request.portal`. Runs before schema validation, so that a forged request learns nothing about the schema. The signed URL
 * is our configured public one plus the request's path and query, never the Host header. Whether the portal is connected is
 * the route's question.
 */
export function verifyRequests(api: FastifyInstance, deps: VerifyDeps): void {
  const keys = deps.clientSecrets.map(signingKey)
  answerErrors(api, deps, 'api')
  api.removeAllContentTypeParsers()
  api.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, raw, done) =>
    done(null, raw),
  )
  api.decorateRequest('portal')
  api.addHook('onRequest', async (request) => {
    // Before the body is read.
    const verdict = judgeHeaders({ ...signatureHeaders(request), now: deps.clock() })
    if (verdict) throw unauthenticated(verdict)
  })
  api.addHook('preValidation', async (request) => {
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const verdict = verifySignature({
      keys,
      method: request.method,
      uri: deps.settings.publicUrl + request.originalUrl,
      body: raw,
      ...signatureHeaders(request),
      now: deps.clock(),
    })
    if (verdict !== 'valid') throw unauthenticated(verdict)
    request.portal = portalIdentity(request.originalUrl, request.id)
    request.body = raw.length === 0 ? undefined : readBody(raw)
  })
}

/** The two headers of a version 3 signature (HubSpot docs, request validation). */
export function signatureHeaders(request: FastifyRequest): {
  signature: string | undefined
  timestamp: string | undefined
} {
  return {
    signature: single(request.headers['x-hubspot-signature-v3']),
    timestamp: single(request.headers['x-hubspot-request-timestamp']),
  }
}

/** What a request without a valid signature is told; the verdict helps whoever sets the app up, and no forger. */
export function unauthenticated(verdict: Exclude<SignatureVerdict, 'valid'>): AppError {
  return new AppError(
    'unauthenticated',
    {
      missing: 'This address answers only requests signed by HubSpot.',
      stale: 'The signature is older than five minutes, or a clock is wrong. Send the request again.',
      mismatch: 'The signature does not match. Check the client secret and the public URL of this installation.',
    }[verdict],
  )
}

function readBody(raw: Buffer): unknown {
  try {
    return readJson(raw)
  } catch (error) {
    // As Fastify's own error: it is answered 400, unlike an `invalid_input` of a verb.
    if (error instanceof UnreadableJson) throw new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY()
    throw error
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined
}
