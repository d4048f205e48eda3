import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { readSubscriptionTypes } from '#hubspot/preferences.ts'
import type { SubscriptionTypes } from '#shared/contract/hubspot-mail.ts'
import { hasScopes, OPT_OUT_SCOPES, OPT_OUTS_NOT_PERMITTED } from './mail-scopes.ts'
import { findMailSetting } from './repository.ts'

/** The account's subscription types, asked of HubSpot now. Throws `conflict` without the permission, else as `HubSpot.call`. */
export async function listSubscriptions(
  deps: Pick<Deps, 'db' | 'hubspot'>,
  { portalId }: PortalContext,
): Promise<SubscriptionTypes> {
  const state = await inPortal(deps.db, portalId, (trx) => findMailSetting(trx, portalId))
  if (!state) throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
  if (!hasScopes(state.scopes, OPT_OUT_SCOPES)) throw new AppError('conflict', OPT_OUTS_NOT_PERMITTED)
  return { subscriptions: await readSubscriptionTypes(deps.hubspot, portalId) }
}
