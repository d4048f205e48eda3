import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { HubSpotRequestRow } from '#shared/contract/event.ts'
import { listRequestRecords } from './repository.ts'

const LATEST = 100

/** The latest calls we made to HubSpot for this portal, newest first; bodies were masked when they were written. */
export async function listRequests(deps: Pick<Deps, 'db'>, portal: PortalContext): Promise<HubSpotRequestRow[]> {
  const records = await inPortal(deps.db, portal.portalId, (trx) => listRequestRecords(trx, portal.portalId, LATEST))
  return records.map((record) => ({ ...record, at: record.at.toString() }))
}
