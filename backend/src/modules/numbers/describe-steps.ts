import type { StepLine } from '#shared/contract/numbers.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { StepCounts } from './repository.ts'

/**
 * The counted steps by name, in the order of the newest version, also those nobody has reached; then those that only older
 * versions have. Pure.
 */
export function describeSteps(counts: readonly StepCounts[], definition: SequenceDefinition | null): StepLine[] {
  const left = new Map(counts.map((count) => [count.stepId, count]))
  const lines: StepLine[] = []
  for (const step of definition?.steps ?? []) {
    if (step.kind !== 'email') continue
    const number = `E-mail ${lines.length + 1}`
    const subject = step.subject.trim()
    const count = left.get(step.id) ?? { ...NOTHING, stepId: step.id }
    lines.push(toLine(count, subject ? `${number}: ${subject}` : `${number}, in the same conversation`))
    left.delete(step.id)
  }
  return [...lines, ...[...left.values()].map((count) => toLine(count, 'An e-mail that is no longer in the sequence'))]
}

const NOTHING = { due: 0, sent: 0, returned: 0, bounced: 0, replied: 0, unsubscribed: 0 }

function toLine({ returned, ...counts }: StepCounts, label: string): StepLine {
  return { ...counts, label, delivered: Math.max(0, counts.sent - returned), clicked: null }
}
