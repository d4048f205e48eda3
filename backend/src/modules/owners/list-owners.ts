import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { listRevisions } from '#modules/revisions/list-revisions.ts'
import { readZone } from '#modules/schedules/read-zone.ts'
import type { Owners } from '#shared/contract/sender.ts'
import { OWNER_SCOPES, OWNER_ZONE_SCOPES } from './owner-scopes.ts'
import { findOwnersState, listOwnerRecords } from './repository.ts'

/** The account's owners as they were read last, and whose deals each sender writes for. Asks HubSpot nothing. */
export function listOwners(deps: Pick<Deps, 'db' | 'settings'>, portal: PortalContext): Promise<Owners> {
  return inPortal(deps.db, portal.portalId, (trx) => readOwnerList(deps, trx, portal.portalId))
}

/** The same inside another verb's transaction. Throws `not_found` before connecting. */
export async function readOwnerList(deps: Pick<Deps, 'settings'>, trx: Trx, portalId: number): Promise<Owners> {
  const state = await findOwnersState(trx, portalId)
  if (!state) throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
  // Before the owners, so that it is never newer than they are.
  const revisionOf = await listRevisions(trx, portalId, 'owner_link')
  return {
    permitted: mayReadOwners(state.scopes),
    zonesPermitted: mayReadZones(state.scopes),
    owners: (await listOwnerRecords(trx, portalId)).map(({ timeZone, ...owner }) => ({
      ...owner,
      timeZone: timeZone && (readZone(timeZone) ?? timeZone),
      revision: revisionOf(owner.ownerId),
    })),
    readAt: state.ownersRefreshedAt?.toString() ?? null,
    connectUrl: `${deps.settings.publicUrl}/oauth/install?portalId=${portalId}`,
  }
}

/** Whether the grant has what HubSpot asks for its list of owners. Pure. */
export function mayReadOwners(granted: readonly string[]): boolean {
  return OWNER_SCOPES.every((scope) => granted.includes(scope))
}

/** Whether it also has what HubSpot asks for their time zones. Pure. */
export function mayReadZones(granted: readonly string[]): boolean {
  return OWNER_ZONE_SCOPES.every((scope) => granted.includes(scope))
}
