import type { Trx } from '#db/database.ts'
import { selectPlacesOfDeal } from './repository.ts'

/** Where the contacts of a deal stand in Stagecue's own pipeline: names of places by HubSpot's contact id. */
export function listPlacesOfDeal(trx: Trx, portalId: number, dealId: string): Promise<Map<string, string>> {
  return selectPlacesOfDeal(trx, portalId, dealId)
}
