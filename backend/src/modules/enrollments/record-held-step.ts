import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import type { LockedEnrollment } from './repository.ts'

/** The enrollment whose step is planned. */
export type PlannedFor = Pick<LockedEnrollment, 'id' | 'dealId' | 'hubspotContactId' | 'sequenceName'> & {
  readonly definition: { readonly steps: readonly unknown[] }
}

/** Says in the history that a step waits for a person because no moment can be named for it. */
export async function recordHeldStep(
  deps: Pick<Deps, 'ids' | 'clock'>,
  trx: Trx,
  portal: PortalContext,
  enrollment: PlannedFor,
  run: { id: string; position: number },
): Promise<void> {
  await recordActivity(deps, trx, portal, {
    kind: 'step.held',
    dealId: enrollment.dealId,
    contactId: enrollment.hubspotContactId,
    enrollmentId: enrollment.id,
    subjectId: run.id,
    data: {
      sequence: enrollment.sequenceName,
      step: run.position + 1,
      steps: enrollment.definition.steps.length,
    },
  })
}
