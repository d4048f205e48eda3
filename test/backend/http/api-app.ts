import fastify, { type FastifyInstance } from 'fastify'
import { AppError } from '#core/errors.ts'
import { answerErrors } from '#http/error-handler.ts'
import { verifyRequests } from '#http/verify-request.ts'
import { CollectedLog } from '#test/backend/events/collected-log.ts'
import { PUBLIC_URL, SECRET, signed } from '#test/backend/events/webhook-app.ts'
import type { TestClock } from '#test/support/deps.ts'

/** Bodies and queries that reached a route: nothing may get here that was not proven. */
export interface Reached {
  readonly url: string
  readonly body: unknown
}

/** Some routes under `/api` as modules make them, and one outside. */
export function apiApp(clock: TestClock) {
  const app: FastifyInstance = fastify()
  const log = new CollectedLog()
  const reached: Reached[] = []
  answerErrors(app, { log })
  app.get('/outside/refuse/:code', async (request) => fail(request.params))
  app.register(
    async (api) => {
      verifyRequests(api, {
        clock: clock.read,
        log,
        settings: { publicUrl: PUBLIC_URL },
        clientSecrets: ['new', SECRET],
      })
      api.get('/me', async (request) => ({ ok: true, data: request.portal }))
      const schema = {
        body: {
          type: 'object',
          required: ['secretField'],
          additionalProperties: false,
          properties: { secretField: { type: 'object', properties: { number: { type: 'integer' } } } },
        },
      }
      api.post('/strict', { schema }, async () => ({ ok: true, data: {} }))
      api.post('/echo', async (request) => {
        reached.push({ url: request.url, body: request.body })
        return { ok: true, data: request.body ?? null }
      })
      api.get('/refuse/:code', async (request) => fail(request.params))
    },
    { prefix: '/api' },
  )
  const call = async (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    options: { body?: string | Buffer; query?: string; headers?: Record<string, string> } = {},
  ) => {
    const url = `${path}?${options.query ?? 'portalId=62515&userId=7&userEmail=ada%40example.com&appId=42'}`
    const payload = Buffer.from(options.body ?? '')
    const answer = await app.inject({
      method,
      url,
      ...(options.body === undefined ? {} : { payload }),
      headers: {
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...signed(clock, method, url, payload),
        ...options.headers,
      },
    })
    const body: {
      ok: boolean
      data?: unknown
      error?: { code: string; message: string; requestId: string; field?: string }
    } = answer.json()
    return { status: answer.statusCode, headers: answer.headers, body, code: body.error?.code }
  }
  return { app, log, reached, call }
}

function fail(params: unknown): never {
  const code = (params as { code: string }).code
  const cause = new Error('secret detail')
  switch (code) {
    case 'conflict':
    case 'outdated':
    case 'template_invalid':
    case 'installation_revoked':
    case 'invalid_input':
    case 'not_found':
    case 'forbidden':
    case 'overloaded':
    case 'hubspot_rejected':
    case 'hubspot_unavailable':
    case 'mail_rejected':
    case 'mail_unavailable':
    case 'internal':
      throw new AppError(code, 'What to do now.', { cause })
    case 'placed':
      throw new AppError('invalid_input', 'What to do now.', { field: 'definition.steps.2.subject' })
    case 'unexpected':
      throw cause
    default:
      throw Object.assign(new Error('secret detail'), { code, syscall: 'connect' })
  }
}
