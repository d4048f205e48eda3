import type { Outcome } from '#modules/steps/settle-runs.ts'
import type { StepTarget } from '#shared/contract/step-base.ts'
import { resolveTarget } from '#shared/step-flow.ts'
import type { SimulatedRun, SimulatedWorld } from './simulated-world.ts'
import { end, hold, putOff, reachStep, schedule } from './walk-steps.ts'

/** As `settleRuns`, for what can come of a run in a simulation. */
export function settleSimulatedRun(world: SimulatedWorld, run: SimulatedRun, outcome: Outcome): void {
  switch (outcome.kind) {
    case 'moved_on':
      moveOn(world, run, outcome.leadsTo)
      break
    case 'ended':
      end(world, run.enrollment, outcome.reason)
      break
    case 'later':
      if (outcome.onPurpose) putOff(world, run, outcome.dueAt, outcome.why)
      else {
        run.dueAt = outcome.dueAt
        run.why = outcome.why
        schedule(world, run)
      }
      break
    case 'held':
      hold(world, run, outcome.why)
      break
    default:
      run.status = 'canceled'
  }
}

function moveOn(world: SimulatedWorld, run: SimulatedRun, leadsTo: StepTarget): void {
  const { enrollment, position } = run
  const ids = enrollment.sequence.definition.steps.map(({ id }) => id)
  const place = resolveTarget(ids, position, leadsTo)
  if (place === undefined) {
    hold(world, run, 'The step this one leads to is missing from its sequence version. Skip it.')
    return
  }
  run.status = 'done'
  reachStep(world, enrollment, place)
}
