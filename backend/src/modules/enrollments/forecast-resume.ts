import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { forecastSteps } from './forecast-steps.ts'
import { type PlannedStep, planStep } from './plan-step.ts'
import { findEnrollment } from './repository.ts'
import { resumePoint } from './resume-point.ts'
import { findRunAt, listStepsBehind } from './steering-repository.ts'

export interface ResumeForecast {
  readonly definition: SequenceDefinition
  /** From the step it goes on with, or the one that waits for a person; empty when nothing is left. */
  readonly steps: readonly PlannedStep[]
}

/**
 * What resuming a paused enrollment would plan now, step by step; nothing is written. Throws `not_found`, and `conflict` for
 * an enrollment that is not paused.
 */
export async function forecastResume(
  deps: Pick<Deps, 'clock'>,
  trx: Trx,
  portalId: number,
  enrollmentId: string,
): Promise<ResumeForecast> {
  const enrollment = await findEnrollment(trx, portalId, enrollmentId)
  if (!enrollment) throw new AppError('not_found', 'There is no such enrollment. Reload the card.')
  if (enrollment.status !== 'paused') {
    throw new AppError('conflict', 'This enrollment is not paused, so there is nothing to resume. Reload the card.')
  }
  const { definition, stepPosition } = enrollment
  const run = await findRunAt(trx, portalId, enrollmentId, stepPosition)
  const point = resumePoint(enrollment, run)
  if (!point && run) return { definition, steps: [{ ...run, position: stepPosition, status: 'held' }] }
  const first = point && planStep({ definition, ...point, at: deps.clock(), facts: enrollment })
  if (!first) return { definition, steps: [] }
  if (first.status === 'held') return { definition, steps: [first] }
  const behind = await listStepsBehind(trx, portalId, enrollmentId)
  return { definition, steps: [first, ...forecastSteps(definition, first, enrollment, behind)] }
}
