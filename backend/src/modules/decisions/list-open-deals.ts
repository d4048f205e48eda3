import type { Trx } from '#db/database.ts'
import { selectDealsWithOpenEntries } from './repository.ts'

/** Those of these deals, by HubSpot's id, that have an entry waiting to be decided. */
export async function listOpenDeals(trx: Trx, portalId: number, dealIds: readonly string[]): Promise<string[]> {
  return selectDealsWithOpenEntries(trx, portalId, dealIds)
}
