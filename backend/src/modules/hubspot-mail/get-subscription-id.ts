import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { selectSubscriptionId } from './repository.ts'

/** The subscription type whose opt-outs count beside those of everything; null: none. */
export function getSubscriptionId(deps: Pick<Deps, 'db'>, portalId: number): Promise<string | null> {
  return inPortal(deps.db, portalId, (trx) => readSubscriptionId(trx, portalId))
}

/** The same inside another verb's transaction. */
export function readSubscriptionId(trx: Trx, portalId: number): Promise<string | null> {
  return selectSubscriptionId(trx, portalId)
}
