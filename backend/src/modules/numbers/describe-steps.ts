import type { StepLine } from '#shared/contract/numbers.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { describeStops } from './describe-stops.ts'
import { describeTracked } from './describe-tracked.ts'
import type { StepCounts, StopCount } from './repository.ts'
import type { TrackedCounts } from './tracked-repository.ts'

/**
 * The counted steps by name, in the order of the newest version, also those nobody has reached; then those that only older
 * versions have. Pure.
 */
export function describeSteps(
  counts: readonly StepCounts[],
  { tracked, stops }: { readonly tracked: readonly TrackedCounts[]; readonly stops: readonly StopCount[] },
  definition: SequenceDefinition | null,
): StepLine[] {
  const told = new Map(tracked.map((each) => [each.stepId, each]))
  const toLine = ({ returned, ...step }: StepCounts, label: string): StepLine => ({
    ...step,
    label,
    delivered: Math.max(0, step.sent - returned),
    ...describeTracked(told.get(step.stepId)),
    stopReasons: describeStops(stops, step.stepId),
  })
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
