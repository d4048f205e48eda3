import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { getAccess } from '#modules/admins/is-admin.ts'
import type { PublishApproval } from '#shared/contract/publish-approval.ts'
import { selectNeedsApproval } from './repository.ts'

/** Whether the account wants a second admin's word before a sequence goes live. */
export async function getPublishApproval(deps: Pick<Deps, 'db'>, portal: PortalContext): Promise<PublishApproval> {
  const { portalId } = portal
  return inPortal(deps.db, portalId, async (trx) => ({
    needsApproval: await selectNeedsApproval(trx, portalId),
    admins: (await getAccess(trx, portal)).admins.length,
  }))
}
