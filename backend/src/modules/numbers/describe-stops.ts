import type { StepLine } from '#shared/contract/numbers.ts'
import { STOP_REASON } from '#shared/vocabulary.ts'
import type { StopCount } from './repository.ts'

/** Why enrollments stopped after the mail of this step, or with null at any time, in words. Pure. */
export function describeStops(stops: readonly StopCount[], stepId: string | null): StepLine['stopReasons'] {
  return stops
    .filter((stop) => stop.stepId === stepId)
    .map(({ reason, count }) => ({ reason, count, label: labelOf(reason) }))
}

const LABELS: Readonly<Record<string, string>> = STOP_REASON

/** A reason that an older or newer version wrote reads as it is stored. */
function labelOf(reason: string): string {
  return LABELS[reason] ?? reason.replaceAll('_', ' ')
}
