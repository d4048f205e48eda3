import type { AnswerHeaders } from './origin.ts'

/** HubSpot's ten-second window (HubSpot docs, usage guidelines). */
const WINDOW_MS = 10_000
/** A limit per day is not waited for here; the caller asks again in an hour. */
const DAILY_MS = 3_600_000
/** No limit of HubSpot's lasts longer: more than this is a fault somewhere, and would keep an account out that nobody can let in. */
const LONGEST_MS = 24 * 3_600_000

/**
 * `Retry-After` in ms, a day at most: seconds or an HTTP date (RFC 9110 §10.2.3); undefined when absent or not understood.
 */
export function readRetryAfter(headers: AnswerHeaders, now: Temporal.Instant): number | undefined {
  const value = single(headers['retry-after']).trim()
  if (/^\d{1,7}$/.test(value)) return Math.min(Number(value) * 1000, LONGEST_MS)
  const date = value.includes(',') ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now.epochMilliseconds), LONGEST_MS)
}

/**
 * How long to leave the portal alone after a 429, in ms. HubSpot documents no Retry-After there: without one it is the
 * window of the limit that was hit, since when it began nobody knows.
 */
export function throttleMs(headers: AnswerHeaders, policyName: string, message: string, now: Temporal.Instant): number {
  const told = readRetryAfter(headers, now)
  if (told !== undefined) return told
  if (policyName === 'DAILY') return DAILY_MS
  if (policyName.startsWith('SECONDLY') || /\bsecondly limit/.test(message)) return 1000
  return windowOf(headers)
}

/** How long to wait when an answer says that it was the last one of its window; 0 when there are more. */
export function exhaustedMs(headers: AnswerHeaders): number {
  const remaining = single(headers['x-hubspot-ratelimit-remaining'])
  return /^-?\d+$/.test(remaining) && Number(remaining) <= 0 ? windowOf(headers) : 0
}

function windowOf(headers: AnswerHeaders): number {
  const interval = Number(single(headers['x-hubspot-ratelimit-interval-milliseconds']))
  return interval > 0 && interval <= 60_000 ? interval : WINDOW_MS
}

function single(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
