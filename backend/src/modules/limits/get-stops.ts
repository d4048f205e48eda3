import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { Stops } from '#shared/contract/limits.ts'
import { listStops } from './list-stops.ts'

/** What is stopped now, oldest first, for people. */
export function getStops(deps: Pick<Deps, 'db'>, portal: PortalContext): Promise<Stops> {
  return inPortal(deps.db, portal.portalId, (trx) => readStops(trx, portal))
}

/** The same inside another verb's transaction. */
export async function readStops(trx: Trx, portal: PortalContext): Promise<Stops> {
  const stops = await listStops(trx, portal)
  return { stops: stops.map(({ id: _, stoppedAt, ...stop }) => ({ ...stop, stoppedAt: stoppedAt.toString() })) }
}
