import type { StepTarget } from '#shared/contract/step-base.ts'

/**
 * The place a target names, seen from the step at `position` (from 0); the number of steps for the end. `undefined` for a
 * step that is not there or not later: such a version cannot be published, and is never guessed about. Pure.
 */
export function resolveTarget(stepIds: readonly string[], position: number, target: StepTarget): number | undefined {
  if (target === 'next') return position + 1
  if (target === 'end') return stepIds.length
  const place = stepIds.indexOf(target)
  return place > position ? place : undefined
}
