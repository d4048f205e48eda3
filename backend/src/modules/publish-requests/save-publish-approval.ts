import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { getAccess } from '#modules/admins/is-admin.ts'
import { once } from '#modules/idempotency/once.ts'
import type { PublishApproval, SavePublishApproval } from '#shared/contract/publish-approval.ts'
import { personOf } from './person-of.ts'
import { selectNeedsApproval, upsertNeedsApproval } from './repository.ts'

/** Switches the approval on or off. Throws `conflict` when there is only one admin, for then nothing could ever go live. */
export function savePublishApproval(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  { needsApproval, idempotencyKey: key }: SavePublishApproval,
): Promise<PublishApproval> {
  const { portalId } = portal
  const change = { key, operation: 'publishing.switch', input: { needsApproval } }
  return once(deps, portal, change, async (trx) => {
    const admins = (await getAccess(trx, portal)).admins.length
    if (needsApproval && admins < 2) {
      throw new AppError(
        'conflict',
        'There is only one admin, so nobody could approve anything. Add another admin first.',
      )
    }
    if ((await selectNeedsApproval(trx, portalId)) !== needsApproval) {
      const setting = { needsApproval, changedAt: deps.clock(), changedBy: personOf(portal.actor) }
      await upsertNeedsApproval(trx, portalId, setting)
      await recordActivity(deps, trx, portal, { kind: 'publishing.switched', data: { active: needsApproval } })
    }
    return { needsApproval, admins }
  })
}
