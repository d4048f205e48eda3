import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { isThrough } from './is-through.ts'
import type { PlannedStep } from './plan-step.ts'
import { type PlannedFor, recordHeldStep } from './record-held-step.ts'
import { insertStepRun } from './repository.ts'
import { lockRunOfStep, planRunAgain } from './steering-repository.ts'

/**
 * Writes a planned step down and wakes its portal for it; one for which no moment can be named waits for a person. A step
 * that is planned already stays as it is, and one that a move to another version took back is planned again. False when the
 * enrollment was at this step before and is through with it: nothing is planned, for no step happens twice.
 */
export async function scheduleStep(
  deps: Pick<Deps, 'ids' | 'clock'>,
  trx: Trx,
  portal: PortalContext,
  enrollment: PlannedFor,
  planned: PlannedStep,
): Promise<boolean> {
  const { portalId } = portal
  const id = deps.ids()
  const run = { portalId, id, enrollmentId: enrollment.id, ...planned, leaseUntil: null, settledAt: null }
  const inserted = await insertStepRun(trx, run)
  const before = inserted ? undefined : await lockRunOfStep(trx, portalId, enrollment.id, planned.stepId)
  if (before && isThrough(before.status)) return false
  if (before?.status === 'canceled') await planRunAgain(trx, portalId, before.id, planned)
  if (planned.status === 'scheduled') await wakeLane(trx, portalId, 'steps', WHOLE_PORTAL, planned.dueAt)
  else if (!before || before.status === 'canceled') {
    await recordHeldStep(deps, trx, portal, enrollment, { id: before?.id ?? id, position: planned.position })
  }
  return true
}
