import type { Trx } from '#db/database.ts'
import { markMerged } from './repository.ts'

/** Remembers that deals went into another one, by HubSpot's ids: what they enrolled counts as enrolled by the one that stays. */
export async function saveMerge(
  trx: Trx,
  portalId: number,
  merge: { readonly into: string; readonly merged: readonly string[] },
): Promise<void> {
  if (merge.into !== '' && merge.merged.length > 0) await markMerged(trx, portalId, merge.into, merge.merged)
}
