import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, type ErrorCode, isAppError } from '#core/errors.ts'
import type { Log } from '#core/log.ts'
import { isDatabaseUnavailable } from '#db/is-database-unavailable.ts'
import { showPage } from './page.ts'

/**
 * Refusals that a person should read. HubSpot's proxy turns every 3xx to 5xx of `hubspot.fetch` into a gateway error without
 * our message and repeats a call after a 5xx, so under `/api` these travel as 200 with `ok: false` (shared/contract/common.ts).
 */
const READ_BY_PEOPLE: ReadonlySet<ErrorCode> = new Set([
  'conflict',
  'outdated',
  'template_invalid',
  'installation_revoked',
  'invalid_input',
  'hubspot_rejected',
  'hubspot_unavailable',
  'mail_rejected',
  'mail_unavailable',
])

/** Fastify's own refusals by status; anything else of it below 500 is bad input. */
const CODE_OF_STATUS: Record<number, ErrorCode> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
}

const MESSAGE_OF_CODE: Partial<Record<ErrorCode, string>> = {
  payload_too_large: 'The body is too large.',
  unsupported_media_type: 'Send the body as application/json.',
  not_found: 'There is nothing at this address.',
}

const RETRY_AFTER_MS: Partial<Record<ErrorCode, number>> = { overloaded: 2_000, database_unavailable: 5_000 }

type Scope = 'api' | 'plain'

/**
 * Answers every error with `{ ok: false, error: { code, message, requestId } }`, a browser with a page, and logs what an operator must see, once.
 * `api` is for the scope of `/api` only: there, refusals thrown by verbs are answered 200. Call it once per scope.
 */
export function answerErrors(app: FastifyInstance, deps: { log: Log }, scope: Scope = 'plain'): void {
  app.setErrorHandler((error, request, reply) => {
    const known = toAppError(error)
    if (known.status >= 500) logFailure(deps.log, known, error, request)
    const asAnswer = scope === 'api' && isAppError(error) && READ_BY_PEOPLE.has(known.code)
    return send(reply, request, known, asAnswer ? 200 : known.status, scope)
  })
  if (scope === 'plain') {
    app.setNotFoundHandler((request, reply) => send(reply, request, appErrorOf('not_found'), 404, scope))
  }
}

function send(
  reply: FastifyReply,
  request: FastifyRequest,
  error: AppError,
  status: number,
  scope: Scope,
): FastifyReply {
  const wait = error.retryAfterMs ?? RETRY_AFTER_MS[error.code]
  if (status === 503 && wait !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(wait / 1000))))
  const { code, field } = error
  const message =
    code === 'internal'
      ? 'Something went wrong on our side. Try again; if it stays, tell support the request id.'
      : error.message
  if (scope === 'plain' && isBrowser(request)) {
    return showPage(reply, status, {
      title: code === 'not_found' ? 'There is nothing here' : 'This did not work',
      paragraphs: [code === 'not_found' ? NOTHING_HERE : message, `Reference: ${request.id}`],
    })
  }
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send({ ok: false, error: { code, message, requestId: request.id, ...(field === undefined ? {} : { field }) } })
}

const NOTHING_HERE =
  'Stagecue works inside HubSpot. Open it there: on a deal, or in Settings → Integrations → Connected apps → Stagecue.'

/** Somebody looks at an address of ours; programs do not ask for HTML. */
function isBrowser({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && /\btext\/html\b/.test(headers.accept ?? '')
}

function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error
  if (isDatabaseUnavailable(error)) {
    return new AppError('database_unavailable', 'The database cannot be reached right now. Try again in a moment.', {
      cause: error,
    })
  }
  const status = statusOf(error)
  if (status < 400 || status >= 500) return new AppError('internal', 'Something went wrong.', { cause: error })
  return appErrorOf(CODE_OF_STATUS[status] ?? 'invalid_input', describeValidation(error), validatedField(error))
}

function appErrorOf(code: ErrorCode, message?: string, field?: string): AppError {
  const sentence = message ?? MESSAGE_OF_CODE[code] ?? 'This request is not understood.'
  return new AppError(code, sentence, field === undefined ? {} : { field })
}

function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return 500
  return typeof error.statusCode === 'number' ? error.statusCode : 500
}

function describeValidation(error: unknown): string | undefined {
  if (!hasValidation(error)) return undefined
  return `${validatedField(error) ?? error.validationContext ?? 'The input'} ${error.validation[0]?.message ?? 'is invalid'}.`
}

/** Where the first problem is, e.g. `steps.2.subject`; undefined for anything but a schema violation. */
function validatedField(error: unknown): string | undefined {
  if (!hasValidation(error)) return undefined
  const path = error.validation[0]?.instancePath.split('/').filter(Boolean).join('.')
  return path === '' ? undefined : path
}

function hasValidation(
  error: unknown,
): error is FastifyError & { validation: NonNullable<FastifyError['validation']> } {
  return typeof error === 'object' && error !== null && 'validation' in error && Array.isArray(error.validation)
}

function logFailure(log: Log, known: AppError, error: unknown, request: FastifyRequest): void {
  const fields = { requestId: request.id, code: known.code, route: request.routeOptions.url, err: known.cause ?? error }
  if (known.retry) log.warn(fields, 'request could not be served')
  else log.error(fields, 'request failed')
}
