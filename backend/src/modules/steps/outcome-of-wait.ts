import type { PlannedStep } from '#modules/enrollments/plan-step.ts'
import type { Outcome } from './settle-runs.ts'

/** A wait is over: the step below it comes next. */
export const OVER = { kind: 'moved_on', leadsTo: 'next' } as const satisfies Outcome

/**
 * What becomes of a wait until a date of the deal whose moment has come, by the plan that was made once more with the date as
 * HubSpot has it now: a later date puts it off, one that is gone holds it. Pure.
 */
export function outcomeOfWait(planned: PlannedStep | undefined, now: Temporal.Instant): Outcome {
  if (planned?.status === 'held') return { kind: 'held', why: planned.why }
  if (!planned || Temporal.Instant.compare(planned.dueAt, now) <= 0) return OVER
  return { kind: 'later', dueAt: planned.dueAt, why: `The close date has moved. ${planned.why}` }
}
