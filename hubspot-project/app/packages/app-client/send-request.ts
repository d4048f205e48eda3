import { ApiError } from './api-error.ts'
import { readAnswer } from './read-answer.ts'
import { NO_ANSWER } from './sentences.ts'

/** What `hubspot.fetch` takes: a plain object as body and no headers (HubSpot docs, fetching data). */
export interface FetchOptions {
  method: 'GET' | 'POST' | 'PUT'
  /** Milliseconds. */
  timeout: number
  body?: { [key: string]: unknown }
}

/** The part of `Response` that is used, so that any `hubspot.fetch` fits. */
export type FetchLike = (url: string, options: FetchOptions) => Promise<{ status: number; text(): Promise<string> }>

/** HubSpot documents 15 s as the limit of older proxies; ours ends first, so that our own sentence is shown. */
const TIMEOUT_MS = 12_000

export interface Route {
  method: FetchOptions['method']
  path: string
  query?: Record<string, string | undefined>
  body?: { [key: string]: unknown }
}

/**
 * Sends one request to our backend through `hubspot.fetch` and gives the answer's data.
 * @throws ApiError with a sentence to show, whatever went wrong.
 */
export async function sendRequest(fetch: FetchLike, origin: string, route: Route): Promise<unknown> {
  const url = `${origin}${route.path}${queryText(route.query ?? {})}`
  const options: FetchOptions = { method: route.method, timeout: TIMEOUT_MS }
  if (route.body !== undefined) options.body = route.body

  let status: number
  let text: string
  try {
    const response = await fetch(url, options)
    status = response.status
    text = await response.text()
  } catch {
    // hubspot.fetch rejects for a timeout, a lost connection and a refused URL alike: nobody knows whether it arrived.
    throw new ApiError({ code: 'no_answer', message: NO_ANSWER, happened: 'unknown' })
  }
  return readAnswer(status, parse(text))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function queryText(query: Record<string, string | undefined>): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(value)}`],
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}
