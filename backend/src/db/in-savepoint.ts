import { sql } from 'kysely'
import { markAppends } from './before-commit.ts'
import type { Trx } from './database.ts'

/**
 * One piece of a transaction that may fail without the rest: when `work` throws, what it wrote and noted is taken back, and the
 * transaction goes on. A lane that it woke stays woken, which costs a look.
 */
export async function inSavepoint<T>(trx: Trx, work: () => Promise<T>): Promise<T> {
  const takeBack = markAppends(trx)
  await sql`savepoint piece`.execute(trx)
  try {
    const result = await work()
    await sql`release savepoint piece`.execute(trx)
    return result
  } catch (error) {
    takeBack()
    await sql`rollback to savepoint piece`.execute(trx)
    await sql`release savepoint piece`.execute(trx)
    throw error
  }
}
