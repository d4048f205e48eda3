import type { Trx } from '#db/database.ts'
import { listLanes } from '#db/lanes.ts'
import { dealLane } from './lane-key.ts'

/** Those of these deals (HubSpot's ids) about which HubSpot has told something that is not handled yet. */
export async function listDealsWithNews(
  trx: Trx,
  portalId: number,
  dealIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const lanes = await listLanes(trx, portalId, 'events', dealIds.map(dealLane))
  return new Set(dealIds.filter((dealId) => lanes.has(dealLane(dealId))))
}
