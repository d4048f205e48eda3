import { describeStep } from '#modules/deal-card/describe-place.ts'
import type { Step } from '#shared/contract/sequence.ts'

/** A step in a few words: "e-mail “Checking in”", "wait of 2 days"; templates as they are written. Pure. */
export function nameStep(step: Step): string {
  const subject = step.kind === 'email' || step.kind === 'task' ? step.subject.trim() : ''
  if (subject) return `${step.kind === 'email' ? 'e-mail' : 'task'} “${subject}”`
  return describeStep(step)
}
