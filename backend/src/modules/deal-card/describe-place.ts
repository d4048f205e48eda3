import { describeWaitFor } from '#modules/enrollments/describe-event.ts'
import { describeWait } from '#modules/enrollments/describe-wait.ts'
import type { StepOutline } from '#shared/contract/sequence.ts'
import { describeTemplate } from './describe-template.ts'

/** A place of a sequence and what is there: "Step 2 of 3: e-mail “Checking in”", "Step 1 of 3: wait of 2 days". Pure. */
export function describePlace(steps: readonly StepOutline[], position: number): string {
  const place = `Step ${Math.min(position + 1, steps.length)} of ${steps.length}`
  const step = steps[position]
  return step ? `${place}: ${describeStep(step)}` : place
}

/** What a step does: "branch on “Large deals”", "wait of 2 days". Pure. */
export function describeStep(step: StepOutline): string {
  switch (step.kind) {
    case 'email':
      return step.subject.trim() ? `e-mail “${describeTemplate(step.subject)}”` : 'e-mail that continues the one before'
    case 'wait':
      return describeWait(step)
    case 'wait_for':
      return describeWaitFor(step)
    case 'branch':
      return `branch on ${step.arms.map(({ name }) => `“${name}”`).join(', ')}`
    case 'go_to':
      return 'go to another step'
    case 'exit':
      return `end, because “${step.reason}”`
    case 'task':
      return `task “${describeTemplate(step.subject)}”`
    case 'set_property':
      return `set “${step.property}” of the ${step.object}`
    case 'set_place':
      return 'move to another place'
  }
}
