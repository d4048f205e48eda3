import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { HubSpotStatus } from '#shared/contract/hubspot-status.ts'
import { describeMissingScopes, missingScopes } from './missing-scopes.ts'
import { countWrites, findStatusState } from './repository.ts'
import { STATUS_PROPERTIES } from './status-properties.ts'

/** The switch of our properties in HubSpot and how writing goes. `not_found` before connecting. */
export function getStatusSetting(deps: Pick<Deps, 'db' | 'settings'>, portal: PortalContext): Promise<HubSpotStatus> {
  return inPortal(deps.db, portal.portalId, (trx) => readStatusSetting(deps, trx, portal.portalId))
}

/** The same inside another verb's transaction. */
export async function readStatusSetting(
  deps: Pick<Deps, 'settings'>,
  trx: Trx,
  portalId: number,
): Promise<HubSpotStatus> {
  const state = await findStatusState(trx, portalId)
  if (!state) throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
  const { setting } = state
  const permitted = missingScopes(state.scopes).length === 0
  const enabled = setting?.enabled ?? false
  const { waiting, refused, lastWrittenAt } = await countWrites(trx, portalId)
  return {
    enabled,
    permitted,
    problem: permitted ? (setting?.problem ?? null) : describeMissingScopes(),
    properties: STATUS_PROPERTIES.map(({ name, label }) => ({ name, label })),
    waiting,
    refused,
    lastWrittenAt: lastWrittenAt?.toString() ?? null,
    changedBy: setting?.changedBy ?? null,
    connectUrl: `${deps.settings.publicUrl}/oauth/install?portalId=${portalId}`,
  }
}
