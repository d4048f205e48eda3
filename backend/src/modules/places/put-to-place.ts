import type { Trx } from '#db/database.ts'
import { type PlaceMove, upsertContactPlace } from './repository.ts'

/** Puts a contact to a place, for one deal, and gives the place's name; undefined when the list does not have the place. */
export function putToPlace(trx: Trx, portalId: number, move: PlaceMove): Promise<string | undefined> {
  return upsertContactPlace(trx, portalId, move)
}
