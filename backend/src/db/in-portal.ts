import { sql } from 'kysely'
import { collectAppends, flushAppends } from './before-commit.ts'
import type { Database, Trx } from './database.ts'
import { retrySerialization } from './retry-serialization.ts'
import { collectWakes, flushWakes } from './wakes.ts'

/**
 * The one way to a tenant's rows: a transaction with the portal set for it, and only for it (`set_config(…, true)` ends with
 * the transaction, so a pooled connection never carries a portal over). Without it row-level security shows zero rows.
 * `work` may run twice (deadlock, serialization): it must have no effect outside the database.
 */
export function inPortal<T>(db: Database, portalId: number, work: (trx: Trx) => Promise<T>): Promise<T> {
  return retrySerialization(() =>
    db.transaction().execute(async (trx) => {
      await enterPortal(trx, portalId)
      collectAppends(trx)
      collectWakes(trx)
      const result = await work(trx)
      await flushAppends(trx)
      await flushWakes(trx)
      return result
    }),
  )
}

/** Sets the portal of a transaction that began without one, and puts it back behind the wall. */
export async function enterPortal(trx: Trx, portalId: number): Promise<void> {
  if (!Number.isSafeInteger(portalId) || portalId <= 0) throw new TypeError(`not a portal id: ${portalId}`)
  await sql`select set_config('role', 'stagecue_app', true), set_config('app.portal_id', ${String(portalId)}, true)`.execute(
    trx,
  )
}
