import type { Trx } from '#db/database.ts'
import { selectMerged } from './repository.ts'

/** HubSpot's ids of the deals that were merged into this one, directly or one after another. */
export async function listMergedDeals(trx: Trx, portalId: number, dealId: string): Promise<string[]> {
  return selectMerged(trx, portalId, dealId)
}
