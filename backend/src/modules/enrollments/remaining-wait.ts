import { isSpan } from './is-span.ts'
import type { StepPlan } from './plan-step.ts'

/** What is left at `now` of a step that waits for some time, in milliseconds; null for every other step. Pure. */
export function remainingWait(
  step: StepPlan['steps'][number] | undefined,
  dueAt: Temporal.Instant,
  now: Temporal.Instant,
): number | null {
  return isSpan(step) ? Math.max(0, dueAt.epochMilliseconds - now.epochMilliseconds) : null
}
