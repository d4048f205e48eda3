import type { Trx } from '#db/database.ts'
import type { StepTarget } from '#shared/contract/step-base.ts'
import { resolveTarget } from '#shared/step-flow.ts'
import type { PlanOfStep } from './plan-step.ts'
import { findEnrollment } from './repository.ts'

/**
 * Where an enrollment goes on when a person skips the step at `position`: a branch takes the way for when no arm applies, a
 * wait for an event the way for when nothing came, every other step the one below.
 */
export async function placeAfter(
  trx: Trx,
  portalId: number,
  { enrollmentId, position }: { readonly enrollmentId: string; readonly position: number },
): Promise<number> {
  const steps = (await findEnrollment(trx, portalId, enrollmentId))?.definition.steps ?? []
  const ids = steps.map(({ id }) => id)
  return resolveTarget(ids, position, targetWhenSkipped(steps[position])) ?? position + 1
}

function targetWhenSkipped(step: PlanOfStep | undefined): StepTarget {
  if (step?.kind === 'branch') return step.otherwise
  if (step?.kind === 'wait_for') return step.onTimeout
  if (step?.kind === 'go_to') return step.leadsTo
  return step?.kind === 'exit' ? 'end' : 'next'
}
