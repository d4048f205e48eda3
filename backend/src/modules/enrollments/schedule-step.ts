import type { Trx } from '#db/database.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import type { PlannedStep } from './plan-step.ts'
import { insertStepRun } from './repository.ts'

/** Writes a planned step down and wakes its portal for it. A step that is planned already stays as it is. */
export async function scheduleStep(
  deps: Pick<Deps, 'ids'>,
  trx: Trx,
  portalId: number,
  enrollmentId: string,
  planned: PlannedStep,
): Promise<void> {
  await insertStepRun(trx, {
    portalId,
    id: deps.ids(),
    enrollmentId,
    ...planned,
    status: 'scheduled',
    leaseUntil: null,
    settledAt: null,
  })
  await wakeLane(trx, portalId, 'steps', WHOLE_PORTAL, planned.dueAt)
}
