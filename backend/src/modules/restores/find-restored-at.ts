import type { Trx } from '#db/database.ts'
import { findLastRestore } from './repository.ts'

/** When a restored backup was noticed or declared last; null: never. */
export async function findRestoredAt(trx: Trx): Promise<Temporal.Instant | null> {
  return (await findLastRestore(trx)) ?? null
}
