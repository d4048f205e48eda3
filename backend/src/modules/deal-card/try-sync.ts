import type { PortalContext } from '#core/context.ts'
import { AppError, isAppError } from '#core/errors.ts'
import type { Deps } from '#deps'

/** Reads a deal and its contacts from HubSpot into our tables; throws `not_found` when HubSpot has no such deal. */
export type SyncDeal = (deps: Deps, portal: PortalContext, dealId: string) => Promise<unknown>

/**
 * False when HubSpot could not be asked. A deal that HubSpot no longer has is no failure as long as we know it; otherwise
 * throws `not_found`.
 */
export async function trySync(
  deps: Deps,
  portal: PortalContext,
  dealId: string,
  syncDeal: SyncDeal,
  known: boolean,
): Promise<boolean> {
  try {
    await syncDeal(deps, portal, dealId)
    return true
  } catch (error) {
    if (!isAppError(error)) throw error
    if (error.code === 'not_found') {
      if (known) return true
      throw new AppError('not_found', 'HubSpot has no such deal. It may have been deleted.', { cause: error })
    }
    deps.log.warn({ portalId: portal.portalId, dealId, code: error.code }, 'deal card shown without asking hubspot')
    return false
  }
}
