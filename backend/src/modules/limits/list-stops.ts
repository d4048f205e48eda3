import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { type OpenStop, selectOpenStops } from './repository.ts'

/** What is stopped now in the portal, oldest first. */
export function listStops(trx: Trx, portal: PortalContext): Promise<OpenStop[]> {
  return selectOpenStops(trx, portal.portalId)
}
