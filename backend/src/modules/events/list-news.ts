import type { Trx } from '#db/database.ts'
import { contactLane, dealLane } from './lane-key.ts'
import { listLanesWithPending } from './repository.ts'

/** Records about which HubSpot has told something that is not handled yet, by HubSpot's ids. */
export interface News {
  readonly deals: ReadonlySet<string>
  readonly contacts: ReadonlySet<string>
}

/**
 * Those of these deals and contacts of which there is news. A lane alone is none: it may be there because an entry of the deal
 * waits for its time.
 */
export async function listNews(
  trx: Trx,
  portalId: number,
  dealIds: readonly string[],
  contactIds: readonly string[],
): Promise<News> {
  const lanes = await listLanesWithPending(trx, portalId, [...dealIds.map(dealLane), ...contactIds.map(contactLane)])
  return {
    deals: new Set(dealIds.filter((id) => lanes.has(dealLane(id)))),
    contacts: new Set(contactIds.filter((id) => lanes.has(contactLane(id)))),
  }
}
