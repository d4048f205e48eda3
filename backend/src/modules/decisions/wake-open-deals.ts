import type { Trx } from '#db/database.ts'
import { wakeLanes } from '#db/lanes.ts'
import { dealLane } from '#modules/events/lane-key.ts'
import { selectAllDealsWithOpenEntries } from './repository.ts'

/** Has every deal with an entry that waits decided again; for a change that may end the waiting of all of them. */
export async function wakeOpenDeals(trx: Trx, portalId: number, dueAt: Temporal.Instant): Promise<void> {
  const dealIds = await selectAllDealsWithOpenEntries(trx, portalId)
  await wakeLanes(trx, portalId, 'events', dealIds.map(dealLane), dueAt)
}
