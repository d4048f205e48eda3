import { ApiError } from './api-error.ts'
import { sentenceFor, UNREADABLE } from './sentences.ts'

type Fields = Record<string, unknown>

/**
 * Reads one answer of `/api`: gives its data or throws the `ApiError` to show.
 *
 * Besides our own `{ ok, data | error }` it understands what HubSpot's proxy sends instead when our side did not answer
 * 200: `status: "error"`, `category: "BAD_GATEWAY"` and the real status in `context.appServerStatusCode`, with our own
 * body sometimes kept in `responseBody` (read in the dev server's AppProxyService, which mirrors HubSpot's).
 */
export function readAnswer(status: number, body: unknown): unknown {
  const answer = fieldsOf(body)
  if (answer?.ok === true && 'data' in answer && isSuccess(status)) return answer.data

  const refusal = readRefusal(answer) ?? readRefusal(fieldsOf(answer?.responseBody))
  const realStatus = appServerStatus(answer) ?? status
  if (refusal !== null) throw new ApiError({ ...refusal, happened: outcomeOf(realStatus) })

  if (answer?.status === 'error' || !isSuccess(status)) {
    const effective = isSuccess(realStatus) ? 502 : realStatus
    throw new ApiError({
      code: `http_${effective}`,
      message: sentenceFor(effective),
      happened: outcomeOf(effective),
      requestId: firstText(fieldsOf(answer?.context)?.correlationId) ?? firstText(answer?.correlationId),
    })
  }
  throw new ApiError({ code: 'unreadable', message: UNREADABLE, happened: 'unknown' })
}

/** A 5xx or a timeout may have come after the change was written; a 2xx or 4xx refusal came instead of it. */
function outcomeOf(status: number): 'no' | 'unknown' {
  return status >= 500 || status === 408 || (status >= 300 && status < 400) ? 'unknown' : 'no'
}

function readRefusal(answer: Fields | null) {
  const error = answer?.ok === false ? fieldsOf(answer.error) : null
  if (error === null || typeof error.code !== 'string' || typeof error.message !== 'string') return null
  return {
    code: error.code,
    message: error.message,
    requestId: firstText(error.requestId),
    field: firstText(error.field),
  }
}

function appServerStatus(answer: Fields | null): number | null {
  const text = firstText(fieldsOf(answer?.context)?.appServerStatusCode)
  const status = text === null ? Number.NaN : Number(text)
  return Number.isInteger(status) && status >= 100 && status <= 599 ? status : null
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

/** HubSpot's `context` holds lists of text; a plain text or number is accepted too. */
function firstText(value: unknown): string | null {
  const first: unknown = Array.isArray(value) ? value[0] : value
  if (typeof first === 'number') return String(first)
  return typeof first === 'string' && first !== '' ? first : null
}

function fieldsOf(value: unknown): Fields | null {
  if (typeof value === 'string' && value.startsWith('{')) {
    try {
      return fieldsOf(JSON.parse(value))
    } catch {
      return null
    }
  }
  return isFields(value) ? value : null
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
