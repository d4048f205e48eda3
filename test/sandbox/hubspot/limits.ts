import { ApiError } from './errors.ts'

export interface LimitNumbers {
  /** Requests per rolling 10 s and portal (HubSpot docs, usage guidelines: 110 for marketplace apps). */
  readonly burst: number
  /** Association requests per rolling 10 s and portal: 150 on Professional and Enterprise. */
  readonly associations: number
  /** Searches per rolling second and portal. */
  readonly search: number
}

export const HUBSPOT_LIMITS: LimitNumbers = { burst: 110, associations: 150, search: 5 }

export interface Limits {
  /** Counts the call; throws a 429 in HubSpot's shape, otherwise gives the headers of the answer. */
  spend(portalId: number, family: string, at: number): Record<string, string>
}

/** Rolling windows per portal. A refused call is not counted, so waiting the rest of the window is enough. */
export function createLimits(numbers: LimitNumbers | null): Limits {
  const windows = new Map<string, Window>()
  function windowOf(key: string) {
    const existing = windows.get(key)
    if (existing) return existing
    const made = { times: [], start: 0 }
    windows.set(key, made)
    return made
  }
  return {
    spend(portalId, family, at) {
      if (!numbers) return {}
      if (family === 'search') {
        if (!take(windowOf(`${portalId}:search`), at, 1000, numbers.search)) throw tooMany('SECONDLY', 'secondly')
        return {}
      }
      const isAssociation = family === 'associations'
      const max = isAssociation ? numbers.associations : numbers.burst
      const window = windowOf(`${portalId}:${isAssociation ? 'associations' : 'burst'}`)
      if (!take(window, at, 10_000, max)) throw tooMany('TEN_SECONDLY_ROLLING', 'ten_secondly_rolling')
      return {
        'x-hubspot-ratelimit-max': String(max),
        'x-hubspot-ratelimit-remaining': String(max - (window.times.length - window.start)),
        'x-hubspot-ratelimit-interval-milliseconds': '10000',
      }
    },
  }
}

interface Window {
  times: number[]
  start: number
}

function take(window: Window, at: number, span: number, max: number): boolean {
  while (window.start < window.times.length && (window.times[window.start] ?? 0) <= at - span) window.start++
  if (window.start > 1000) {
    window.times = window.times.slice(window.start)
    window.start = 0
  }
  if (window.times.length - window.start >= max) return false
  window.times.push(at)
  return true
}

function tooMany(policyName: string, words: string) {
  return new ApiError(429, 'RATE_LIMITS', `You have reached your ${words} limit.`, {
    more: { category: undefined, errorType: 'RATE_LIMIT', policyName },
  })
}
