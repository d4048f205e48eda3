import { parse } from 'secure-json-parse'
import { Pool } from 'undici'

export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path and query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Ends it sooner than the limits of the origin. */
  readonly timeoutMs?: number
}

/**
 * What became of one request. `not_sent`: no connection, so nothing can have happened at the other side. `lost`: sent, maybe
 * in part, and no whole answer; whether it took effect nobody knows. `unreadable`: answered with something that is no JSON.
 */
export type Sent =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: AnswerHeaders; readonly body: unknown }
  | {
      readonly kind: 'unreadable'
      readonly status: number
      readonly headers: AnswerHeaders
      readonly detail: string
    }
  | { readonly kind: 'not_sent'; readonly detail: string }
  | { readonly kind: 'lost'; readonly detail: string }

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>

/** One server, its connections kept open. */
export interface Origin {
  /** Sends once: no retry, no redirect. Never throws. */
  send(request: Outgoing): Promise<Sent>
  close(): Promise<void>
}

const MAX_ANSWER_BYTES = 8 * 1024 * 1024
/** A server that drips its answer byte by byte keeps resetting the 10 s of silence; this ends it all the same. */
const WHOLE_REQUEST_MS = 20_000

/** Opens an origin. Limits: 5 s to connect, 10 s of silence, 20 s in all, 8 MB of answer. */
export function openOrigin(url: string): Origin {
  const pool = new Pool(new URL(url).origin, {
    connections: 64,
    // One call per connection: a reset takes one call with it, not all that share the connection.
    allowH2: false,
    pipelining: 1,
    connect: { timeout: 5_000 },
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
    maxResponseSize: MAX_ANSWER_BYTES,
  })
  return { send: (request) => send(pool, request), close: () => pool.close() }
}

async function send(pool: Pool, request: Outgoing): Promise<Sent> {
  let answered: { status: number; headers: AnswerHeaders } | undefined
  try {
    const answer = await pool.request({
      method: request.method,
      path: request.path,
      // Plain bytes only: a compressed answer could unpack to more than the limit.
      headers: { accept: 'application/json', 'accept-encoding': 'identity', ...request.headers },
      body: request.body ?? null,
      signal: AbortSignal.timeout(Math.ceil(request.timeoutMs ?? WHOLE_REQUEST_MS)),
    })
    answered = { status: answer.statusCode, headers: answer.headers }
    return read(answered, new Uint8Array(await answer.body.arrayBuffer()))
  } catch (error) {
    const detail = describe(error)
    if (answered) return { kind: 'unreadable', ...answered, detail }
    return { kind: NOT_SENT.has(codeOf(error)) ? 'not_sent' : 'lost', detail }
  }
}

function read(answered: { status: number; headers: AnswerHeaders }, bytes: Uint8Array): Sent {
  if (bytes.length === 0) return { kind: 'answered', ...answered, body: undefined }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const body: unknown = parse(text, { protoAction: 'remove', constructorAction: 'remove' })
    return { kind: 'answered', ...answered, body }
  } catch {
    const type = String(answered.headers['content-type'] ?? 'no content type')
    return { kind: 'unreadable', ...answered, detail: `${bytes.length} bytes that are no JSON (${type})` }
  }
}

/** Failures that happen before a connection exists. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

function describe(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return codeOf(error) ? `${codeOf(error)}: ${text}` : text
}
