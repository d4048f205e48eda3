import type { SequenceDefinition, WaitStep } from '#shared/contract/sequence.ts'

/** A step with its moment and the sentence that explains it. */
export interface PlannedStep {
  readonly stepId: string
  readonly position: number
  readonly kind: 'email' | 'wait'
  readonly dueAt: Temporal.Instant
  readonly why: string
}

/**
 * The one scheduler: when the step at `position` (from 0) is due if it is reached at `now`, and why then. `undefined` past
 * the last step. Pure: the same input gives the same moment and sentence.
 */
export function planStep(
  definition: SequenceDefinition,
  position: number,
  now: Temporal.Instant,
): PlannedStep | undefined {
  const step = definition.steps[position]
  if (!step) return undefined
  if (step.kind === 'wait') {
    return {
      stepId: step.id,
      position,
      kind: 'wait',
      dueAt: now.add(waitOf(step)),
      why: `Waits ${describeWait(step)} before the next step.`,
    }
  }
  const before = definition.steps[position - 1]
  const why =
    position === 0
      ? 'Sends as soon as the contact is enrolled.'
      : before?.kind === 'wait'
        ? `Sends after the wait of ${describeWait(before)}.`
        : 'Sends right after the step before it.'
  return { stepId: step.id, position, kind: 'email', dueAt: now, why }
}

/** The wait as exact time: a day is 24 hours, so that a wait never depends on whose calendar is meant. */
export function waitOf(step: WaitStep): Temporal.Duration {
  if (step.unit === 'days') return Temporal.Duration.from({ hours: step.amount * 24 })
  return Temporal.Duration.from({ [step.unit]: step.amount })
}

/** "2 days", "1 hour". */
export function describeWait(step: WaitStep): string {
  return `${step.amount} ${step.amount === 1 ? step.unit.slice(0, -1) : step.unit}`
}
