import type { Trx } from '#db/database.ts'
import { findRevision } from './repository.ts'
import type { Setting } from './setting.ts'

/** The revision of a setting, for a change that is made on it; 0 before the first change. */
export async function readRevision(trx: Trx, portalId: number, setting: Setting): Promise<number> {
  return (await findRevision(trx, portalId, setting))?.revision ?? 0
}
