import type { PortalContext } from '#core/context.ts'
import { AppError, isAppError } from '#core/errors.ts'
import type { Deps } from '#deps'

/** Reads a deal and its contacts from HubSpot into our tables; false when HubSpot has no such deal. */
export type SyncDeal = (deps: Deps, portal: PortalContext, dealId: string) => Promise<boolean>

/**
 * Why HubSpot could not be asked; undefined when it was. A deal that HubSpot no longer has is shown as long as we know it;
 * otherwise throws `not_found`.
 */
export async function trySync(
  deps: Deps,
  portal: PortalContext,
  dealId: string,
  syncDeal: SyncDeal,
  known: boolean,
): Promise<AppError | undefined> {
  const exists = await syncDeal(deps, portal, dealId).catch((error: unknown) => {
    if (!isAppError(error)) throw error
    deps.log.warn({ portalId: portal.portalId, dealId, code: error.code }, 'deal card shown without asking hubspot')
    return error
  })
  if (exists === false && !known) {
    throw new AppError('not_found', 'HubSpot has no such deal. It may have been deleted.')
  }
  return typeof exists === 'boolean' ? undefined : exists
}
