import type { Trx } from '#db/database.ts'
import { findSuppressions } from './find-suppressions.ts'

/** Whether a normalized address is on the portal's do-not-mail list. */
export async function isSuppressed(trx: Trx, portalId: number, address: string): Promise<boolean> {
  return (await findSuppressions(trx, portalId, [address])).size > 0
}
