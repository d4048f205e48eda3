import type { StepRunStatus } from '#shared/vocabulary.ts'
import { isSpan } from './is-span.ts'
import type { LockedEnrollment } from './repository.ts'

/** Where an enrollment goes on when it is resumed. */
export interface ResumePoint {
  /** Of the step that is planned, from 0; past the last one the enrollment is complete. */
  readonly position: number
  /** What is left of a wait there, in milliseconds; null for a step that does not wait for some time. */
  readonly remaining: number | null
  /** The step was planned before the pause: its own run is planned again. */
  readonly again: boolean
}

/** `undefined` when the step waits for a person's word, so that resuming plans nothing. Pure. */
export function resumePoint(
  enrollment: Pick<LockedEnrollment, 'definition' | 'stepPosition' | 'pausedRemaining'>,
  run: { readonly status: StepRunStatus } | undefined,
): ResumePoint | undefined {
  const { definition, stepPosition: position, pausedRemaining } = enrollment
  // The step before was settled during the pause: this one was never planned.
  if (!run) return { position, remaining: null, again: false }
  switch (run.status) {
    case 'sent':
    case 'done':
    case 'skipped':
      return { position: position + 1, remaining: null, again: false }
    // Taken back by the pause, or stopped by its gate and put off.
    case 'canceled':
    case 'scheduled':
      // A wait that was over when the pause came has nothing left.
      return { position, remaining: isSpan(definition.steps[position]) ? (pausedRemaining ?? 0) : null, again: true }
    case 'sending':
    case 'held':
    case 'failed':
    case 'unconfirmed':
      return undefined
  }
}
