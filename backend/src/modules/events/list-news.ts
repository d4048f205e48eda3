import type { Trx } from '#db/database.ts'
import { listLanes } from '#db/lanes.ts'
import { contactLane, dealLane } from './lane-key.ts'

/** Records about which HubSpot has told something that is not handled yet, by HubSpot's ids. */
export interface News {
  readonly deals: ReadonlySet<string>
  readonly contacts: ReadonlySet<string>
}

/** Those of these deals and contacts of which there is news. */
export async function listNews(
  trx: Trx,
  portalId: number,
  dealIds: readonly string[],
  contactIds: readonly string[],
): Promise<News> {
  const lanes = await listLanes(trx, portalId, 'events', [...dealIds.map(dealLane), ...contactIds.map(contactLane)])
  return {
    deals: new Set(dealIds.filter((id) => lanes.has(dealLane(id)))),
    contacts: new Set(contactIds.filter((id) => lanes.has(contactLane(id)))),
  }
}
