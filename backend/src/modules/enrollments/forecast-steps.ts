import { isFork, resolveTarget } from '#shared/step-flow.ts'
import { type PlanFacts, type PlannedStep, type PlanOfStep, planStep, type StepPlan } from './plan-step.ts'

const NONE: ReadonlySet<string> = new Set()

/**
 * The steps after `from` with their moments, if each is done as soon as it is due and nothing changes meanwhile. Ends with
 * the first that would be held, because what comes after it depends on a person, and with the first branch or wait for an
 * event, because nobody knows yet which way it goes. Steps in `done` (their ids) are passed over, as `advanceEnrollment`
 * does. Pure.
 */
export function forecastSteps(
  definition: StepPlan,
  from: Pick<PlannedStep, 'position' | 'dueAt'>,
  facts: PlanFacts,
  done: ReadonlySet<string> = NONE,
): PlannedStep[] {
  const steps: PlannedStep[] = []
  let at = from.dueAt
  let position = placeAfter(definition, from.position)
  while (position !== undefined) {
    const planned = withPerson(definition.steps[position], planStep({ definition, position, at, facts }))
    if (!planned) break
    if (!done.has(planned.stepId)) {
      steps.push(planned)
      if (planned.status === 'held') break
      at = planned.dueAt
    }
    position = placeAfter(definition, position)
  }
  return steps
}

const WAITS_FOR_TASK = 'It waits until its task in HubSpot is done.'
const WAITS_FOR_APPROVAL = 'A person must approve it then.'

/** What comes after such a step depends on when a person has the time. */
function needsPerson(step: PlanOfStep): boolean {
  return step.kind === 'task' || (step.kind === 'email' && step.approval === 'before_send')
}

function withPerson(step: PlanOfStep | undefined, planned: PlannedStep | undefined): PlannedStep | undefined {
  if (!step || !planned || planned.status === 'held' || !needsPerson(step)) return planned
  if (step.kind === 'task') return { ...planned, status: 'held', why: WAITS_FOR_TASK }
  return { ...planned, why: `${planned.why} ${WAITS_FOR_APPROVAL}` }
}

/** The place that certainly follows; undefined when none does, or when it is not known yet. */
function placeAfter({ steps }: StepPlan, position: number): number | undefined {
  const step = steps[position]
  if (!step || needsPerson(step) || isFork(step.kind) || step.kind === 'exit') return undefined
  const ids = steps.map(({ id }) => id)
  return resolveTarget(ids, position, step.kind === 'go_to' ? step.leadsTo : 'next')
}
