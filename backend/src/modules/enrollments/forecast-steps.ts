import { type PlanFacts, type PlannedStep, planStep, type StepPlan } from './plan-step.ts'

const NONE: ReadonlySet<string> = new Set()

/**
 * The steps after `from` with their moments, if each is done as soon as it is due and nothing changes meanwhile. Ends with
 * the first that would be held: what comes after it depends on a person. Steps in `done` (their ids) are passed over, as
 * `advanceEnrollment` does. Pure.
 */
export function forecastSteps(
  definition: StepPlan,
  from: Pick<PlannedStep, 'position' | 'dueAt'>,
  facts: PlanFacts,
  done: ReadonlySet<string> = NONE,
): PlannedStep[] {
  const steps: PlannedStep[] = []
  let at = from.dueAt
  for (let position = from.position + 1; position < definition.steps.length; position++) {
    const planned = planStep({ definition, position, at, facts })
    if (!planned) break
    if (done.has(planned.stepId)) continue
    steps.push(planned)
    if (planned.status === 'held') break
    at = planned.dueAt
  }
  return steps
}
