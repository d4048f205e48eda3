import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { readRevision } from '#modules/revisions/read-revision.ts'
import type { Places } from '#shared/contract/place.ts'
import { selectPlaces } from './repository.ts'

/** The stages of Stagecue's own pipeline, in order. */
export function listPlaces(deps: Pick<Deps, 'db'>, portal: PortalContext): Promise<Places> {
  return inPortal(deps.db, portal.portalId, (trx) => readPlaces(trx, portal.portalId))
}

/** The same inside another verb's transaction. */
export async function readPlaces(trx: Trx, portalId: number): Promise<Places> {
  // Before the places, so that it is never newer than they are.
  const revision = await readRevision(trx, portalId, { kind: 'places' })
  return { places: await selectPlaces(trx, portalId), revision }
}
