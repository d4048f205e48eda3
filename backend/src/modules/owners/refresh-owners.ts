import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { type HubSpotOwner, readOwners } from '#hubspot/owners.ts'
import { readUserZones } from '#hubspot/users.ts'
import { normalizeAddress } from '#mail/address.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import type { Change } from '#shared/contract/common.ts'
import type { Owners } from '#shared/contract/sender.ts'
import { mayReadOwners, mayReadZones, readOwnerList } from './list-owners.ts'
import { findOwnersState, lockOwnersState, replaceOwners, setRefreshedAt } from './repository.ts'
import { zonesOfOwners } from './zones-of-owners.ts'

/**
 * Reads the account's owners from HubSpot, with their time zones where it lets us, and makes ours the same; links by hand stay. HubSpot has no webhook for owners, so this
 * runs when a person asks and when a portal connects. With `change` a repeat of it gets the first's answer. Throws `conflict`
 * without the permission, `not_found` before connecting, and what `HubSpot.call` throws.
 */
export async function refreshOwners(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'hubspot' | 'settings'>,
  portal: PortalContext,
  change?: Change,
): Promise<Owners> {
  const { portalId } = portal
  const state = await inPortal(deps.db, portalId, (trx) => findOwnersState(trx, portalId))
  if (!state) throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
  if (!mayReadOwners(state.scopes)) {
    throw new AppError(
      'conflict',
      'HubSpot did not allow Stagecue to read owners. Reconnect as a super admin and accept the optional permissions.',
    )
  }
  const askedAt = deps.clock()
  const owners = await readOwners(deps.hubspot, portalId)
  // An account always has an owner: an empty list is a fault, and must not archive everybody.
  if (owners.length === 0) {
    throw new AppError('hubspot_rejected', 'HubSpot sent no list of owners. Try again in a few minutes.')
  }
  const zones = zonesOfOwners(owners, mayReadZones(state.scopes) ? await readUserZones(deps.hubspot, portalId) : [])
  const read = owners.map((owner) => ({ ...owner, timeZone: zones.get(owner.ownerId) ?? null }))
  const work = (trx: Trx) => store(deps, trx, portal, read, askedAt)
  return change
    ? once(deps, portal, { key: change.idempotencyKey, operation: 'owners.refresh', input: {} }, work)
    : inPortal(deps.db, portalId, work)
}

async function store(
  deps: Pick<Deps, 'clock' | 'ids' | 'settings'>,
  trx: Trx,
  portal: PortalContext,
  owners: readonly (HubSpotOwner & { readonly timeZone: string | null })[],
  askedAt: Temporal.Instant,
): Promise<Owners> {
  const { portalId } = portal
  const last = (await lockOwnersState(trx, portalId))?.ownersRefreshedAt
  // Somebody asked HubSpot after we did and was faster: our list is the older one.
  if (last && Temporal.Instant.compare(last, askedAt) > 0) return readOwnerList(deps, trx, portalId)
  const normalized = owners.map((owner) => ({ ...owner, email: normalizeAddress(owner.email ?? '') ?? null }))
  await replaceOwners(trx, portalId, normalized)
  await setRefreshedAt(trx, portalId, askedAt)
  await recordActivity(deps, trx, portal, { kind: 'owners.refreshed', data: { count: owners.length } })
  return readOwnerList(deps, trx, portalId)
}
