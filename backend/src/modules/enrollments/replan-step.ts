import type { Trx } from '#db/database.ts'
import { type PlannedStep, planStep } from './plan-step.ts'
import { findEnrollment } from './repository.ts'

/**
 * When the step at `position` is due if it is reached once more at `at`; nothing is written. `undefined` for an enrollment
 * or a step that does not exist.
 */
export async function replanStep(
  trx: Trx,
  portalId: number,
  enrollmentId: string,
  position: number,
  at: Temporal.Instant,
): Promise<PlannedStep | undefined> {
  const enrollment = await findEnrollment(trx, portalId, enrollmentId)
  return enrollment && planStep({ definition: enrollment.definition, position, at, facts: enrollment })
}
