import type { WaitSpan } from '#shared/contract/step-wait.ts'
import type { WaitForStep } from '#shared/contract/step-wait-for.ts'
import type { PlanOfStep } from './plan-step.ts'

/** Whether a step waits for some time, of which something can be left over; a wait until a moment has nothing left. Pure. */
export function isSpan(step: PlanOfStep | undefined): step is WaitSpan | WaitForStep {
  return step?.kind === 'wait_for' || (step?.kind === 'wait' && !('until' in step))
}
