import { describeWait } from '#modules/enrollments/describe-wait.ts'
import { describeTemplate } from './describe-template.ts'
import type { StepOutline } from './repository.ts'

/** A place of a sequence and what is there: "Step 2 of 3: e-mail “Checking in”", "Step 1 of 3: wait of 2 days". Pure. */
export function describePlace(steps: readonly StepOutline[], position: number): string {
  const place = `Step ${Math.min(position + 1, steps.length)} of ${steps.length}`
  const step = steps[position]
  if (!step) return place
  if (step.kind === 'wait') return `${place}: ${describeWait(step)}`
  return step.subject.trim()
    ? `${place}: e-mail “${describeTemplate(step.subject)}”`
    : `${place}: e-mail that continues the one before`
}
