import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { hashAddress } from '#modules/suppressions/hash-address.ts'
import { insertOptOut } from './opt-out-repository.ts'

/** HubSpot shall know that this normalized address unsubscribed, where the portal wants that; in the caller's transaction. */
export async function queueOptOut(
  deps: Pick<Deps, 'clock'>,
  trx: Trx,
  { portalId }: PortalContext,
  address: string,
): Promise<void> {
  const at = deps.clock()
  const queued = await insertOptOut(trx, portalId, { addressHash: hashAddress(portalId, address), address, at })
  if (queued) await wakeLane(trx, portalId, 'opt_outs', WHOLE_PORTAL, at)
}
