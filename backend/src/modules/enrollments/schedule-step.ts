import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import type { PlannedStep } from './plan-step.ts'
import { type PlannedFor, recordHeldStep } from './record-held-step.ts'
import { insertStepRun } from './repository.ts'

/**
 * Writes a planned step down and wakes its portal for it; one for which no moment can be named waits for a person. A step
 * that is planned already stays as it is.
 */
export async function scheduleStep(
  deps: Pick<Deps, 'ids' | 'clock'>,
  trx: Trx,
  portal: PortalContext,
  enrollment: PlannedFor,
  planned: PlannedStep,
): Promise<void> {
  const { portalId } = portal
  const id = deps.ids()
  const run = { portalId, id, enrollmentId: enrollment.id, ...planned, leaseUntil: null, settledAt: null }
  const inserted = await insertStepRun(trx, run)
  if (planned.status === 'scheduled') return wakeLane(trx, portalId, 'steps', WHOLE_PORTAL, planned.dueAt)
  if (inserted) await recordHeldStep(deps, trx, portal, enrollment, { id, position: planned.position })
}
