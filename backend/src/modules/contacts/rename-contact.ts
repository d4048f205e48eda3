import type { Trx } from '#db/database.ts'
import { changeHubSpotId } from './merge-repository.ts'

/** A merge gave the record that stays another id in HubSpot: its row goes on under that one. False when there is nothing to rename. */
export function renameContact(
  trx: Trx,
  portalId: number,
  ids: { readonly from: string; readonly to: string },
): Promise<boolean> {
  return changeHubSpotId(trx, portalId, ids)
}
