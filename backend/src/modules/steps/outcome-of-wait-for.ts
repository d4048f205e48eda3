import type { Records } from '#modules/decisions/evaluate-condition.ts'
import { evaluateOne } from '#modules/decisions/evaluate-conditions.ts'
import { describeCame, describeMissed, describeWaiting } from '#modules/enrollments/describe-event.ts'
import { nextLook } from '#modules/enrollments/next-look.ts'
import type { WaitForStep } from '#shared/contract/step-wait-for.ts'
import { describeMoment } from './describe-moment.ts'
import type { Outcome } from './settle-runs.ts'

/** What a look at a property came to. */
export type SeenProperty = 'happened' | 'not_yet' | { readonly kind: 'cannot_tell'; readonly why: string }

export interface WaitForFacts {
  readonly portalId: number
  /** When the wait began. */
  readonly since: Temporal.Instant
  readonly deadline: Temporal.Instant | null
  readonly timeZone: string | null
}

/** What becomes of a wait for an event after a look: it goes on its way, or is looked at again. Pure. */
export function outcomeOfWaitFor(
  step: WaitForStep,
  seen: 'happened' | 'not_yet',
  { portalId, since, deadline: ends, timeZone }: WaitForFacts,
  now: Temporal.Instant,
): Outcome {
  if (seen === 'happened') return afterEvent(step)
  const deadline = ends ?? now
  if (Temporal.Instant.compare(deadline, now) <= 0) return afterTimeout(step, deadline)
  const dueAt = nextLook(step, { portalId, since, deadline }, now)
  return { kind: 'later', dueAt, why: describeWaiting(step, describeMoment(deadline, timeZone)), onPurpose: true }
}

/** Whether the property a step waits for is as it should be. Pure. */
export function lookAtProperty(step: Extract<WaitForStep, { event: 'property' }>, facts: Records): SeenProperty {
  const { result, unknown } = evaluateOne(step.condition, facts)
  if (result !== 'unknown') return result === 'met' ? 'happened' : 'not_yet'
  const why = `What this step waits for cannot be told: ${unknown.join('; ')}. Correct it in HubSpot, or skip this step.`
  return { kind: 'cannot_tell', why }
}

/** What follows the event is wanted from now on. */
function afterEvent(step: WaitForStep): Outcome {
  const told = describeCame(step)
  return { kind: 'moved_on', leadsTo: step.onEvent, why: `${told}.`, told, took: 'event', wantedAt: 'now' }
}

function afterTimeout(step: WaitForStep, deadline: Temporal.Instant): Outcome {
  const told = describeMissed(step)
  return { kind: 'moved_on', leadsTo: step.onTimeout, why: `${told}.`, told, took: 'timeout', wantedAt: deadline }
}
