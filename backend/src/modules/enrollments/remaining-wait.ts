import { isSpan } from './is-span.ts'
import type { PlanOfStep } from './plan-step.ts'

/** What is left at `now` of a step that waits for some time, in milliseconds; null for every other step. Pure. */
export function remainingWait(
  step: PlanOfStep | undefined,
  ends: Temporal.Instant,
  now: Temporal.Instant,
): number | null {
  return isSpan(step) ? Math.max(0, ends.epochMilliseconds - now.epochMilliseconds) : null
}
