import { describeWait } from '#modules/enrollments/describe-wait.ts'
import type { Step } from '#shared/contract/sequence.ts'

/** A step in a few words: "e-mail “Checking in”", "wait of 2 days"; a kind that has no words yet by its name. Pure. */
export function nameStep(step: Step): string {
  switch (step.kind) {
    case 'email':
      return step.subject.trim() ? `e-mail “${step.subject.trim()}”` : 'e-mail that continues the one before'
    case 'wait':
      return describeWait(step)
    default:
      return (step as { kind: string }).kind.replaceAll('_', ' ')
  }
}
