import { isSpan } from '#modules/enrollments/is-span.ts'
import type { StepOutline, WaitSpan } from '#shared/contract/sequence.ts'
import type { WaitForStep } from '#shared/contract/step-wait-for.ts'

const MINUTE = 60_000
const LENGTHS: Record<WaitSpan['unit'], number> = {
  minutes: MINUTE,
  hours: 60 * MINUTE,
  days: 24 * 60 * MINUTE,
  // What is left of a paused wait is exact time, so a business day counts as a day here.
  business_days: 24 * 60 * MINUTE,
}

/**
 * What is left of a paused wait, in milliseconds, when the wait has another length in the new version: as much longer or shorter
 * as the wait has become. Null where the new step does not wait for some time. Pure.
 */
export function moveRemaining(from: StepOutline, to: StepOutline, remaining: number | null): number | null {
  if (!isSpan(to)) return null
  if (!isSpan(from) || remaining === null) return lengthOf(to)
  return Math.max(0, remaining + lengthOf(to) - lengthOf(from))
}

function lengthOf(step: WaitSpan | WaitForStep): number {
  const { amount, unit } = step.kind === 'wait_for' ? step.timeout : step
  return amount * LENGTHS[unit]
}
