import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { endEnrollments } from '#modules/enrollments/end-enrollments.ts'
import type { Divided } from './divide-family.ts'
import { moveEnrollments } from './repository.ts'

/** Ends what ends and moves what goes on to the record that stays, in this order: only one may run there. */
export async function carryOver(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  { move, end }: Divided,
  to: { readonly dealId: string } | { readonly contactId: string },
): Promise<void> {
  await endEnrollments(deps, trx, portal, end, { status: 'stopped', reason: 'merged' })
  for (const { id, dealId, contactId, sequenceName } of await moveEnrollments(trx, portal.portalId, move, to)) {
    await recordActivity(deps, trx, portal, {
      kind: 'enrollment.carried_over',
      dealId,
      contactId,
      enrollmentId: id,
      data: { sequence: sequenceName },
    })
  }
}
