import type { Limit } from './limit.ts'

/** The longest calendar day has 25 hours. */
const DAY = Temporal.Duration.from({ hours: 25 })
const HOUR = Temporal.Duration.from({ hours: 1 })

/** How far back the limits look: what was sent before counts against none of them. Pure. */
export function longestWindow(limits: readonly Limit[]): Temporal.Duration {
  const spans = limits.map(({ window }) => {
    if (window.kind === 'rolling') return window.span
    return window.kind === 'day' ? DAY : HOUR
  })
  return spans.sort(Temporal.Duration.compare).at(-1) ?? HOUR
}
