import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { lockInstallation, setStatus } from './repository.ts'
import { findGrant, type SealedGrant } from './tokens-repository.ts'

/**
 * Pauses a portal whose grant HubSpot no longer accepts: no lane of it is dispatched and no call of it goes out until
 * somebody reconnects; what waits stays as it is. Returns false, changing nothing, when the portal is not connected or its grant
 * is no longer `grant`: somebody reconnected between HubSpot's answer and now.
 */
export async function markInactive(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  input: { grant: SealedGrant; reason: string },
): Promise<boolean> {
  const { portalId } = portal
  return inPortal(deps.db, portalId, async (trx) => {
    const installation = await lockInstallation(trx, portalId)
    if (installation?.status !== 'connected') return false
    const current = await findGrant(trx, portalId)
    if (current?.refreshToken !== input.grant.refreshToken) return false
    await setStatus(trx, portalId, 'inactive', input.reason, deps.clock())
    await recordActivity(deps, trx, portal, {
      kind: 'installation.became_inactive',
      subjectId: String(portalId),
      data: { reason: input.reason },
    })
    return true
  })
}
