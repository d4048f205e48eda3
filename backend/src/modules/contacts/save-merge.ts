import type { Trx } from '#db/database.ts'
import { markMerged, selectIds } from './repository.ts'

/** Remembers that records went into another one: what they were enrolled in counts as its own. `merged` are HubSpot's ids. */
export async function saveMerge(
  trx: Trx,
  portalId: number,
  merge: { readonly into: { readonly id: string }; readonly merged: readonly string[] },
): Promise<void> {
  await markMerged(trx, portalId, merge.into.id, await selectIds(trx, portalId, merge.merged))
}
