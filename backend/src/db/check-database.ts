import type { Pool } from 'pg'
import { AppError } from '#core/errors.ts'

/**
 * Refuses a database that would break the first promise: with `synchronous_commit = off` an answered event could be lost in
 * a crash. Throws `AppError('misconfigured')`.
 */
export async function checkDurability(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ level: string }>("select current_setting('synchronous_commit') as level")
  if (rows[0]?.level === 'off') {
    throw new AppError(
      'misconfigured',
      'The database runs with synchronous_commit = off, which can lose events after we accepted them. Set it to on.',
    )
  }
}

/** Undefined when the database answers, else why not. */
export async function findDatabaseFault(pool: Pool): Promise<string | undefined> {
  try {
    await pool.query('select 1')
    return undefined
  } catch (error) {
    return `the database does not answer: ${error instanceof Error ? error.message : String(error)}`
  }
}
