import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { findDealOfRun } from './repository.ts'
import { type SyncDeal, trySync } from './try-sync.ts'

/**
 * Reads the deal and contacts of a step from HubSpot. A held step asks for a value to be filled in there, and HubSpot does not
 * tell us when it was; without this, trying again would miss the value once more. When HubSpot cannot be asked, what is
 * stored counts.
 */
export async function refreshBeforeRetry(
  deps: Deps,
  portal: PortalContext,
  stepRunId: string,
  syncDeal: SyncDeal,
): Promise<void> {
  const dealId = await inPortal(deps.db, portal.portalId, (trx) => findDealOfRun(trx, portal.portalId, stepRunId))
  if (dealId !== undefined) await trySync(deps, portal, dealId, syncDeal, true)
}
