import pg from 'pg'
import { systemSleep } from '#core/clock.ts'

const RETRY_MS = 50
const MAX_TRIES = 200

/** Creates the database `name`, as a copy of `template` when one is named; nobody may be connected to the template. */
export async function createDatabase(adminUrl: string, name: string, template?: string): Promise<void> {
  const copy = template === undefined ? '' : ` template ${pg.escapeIdentifier(template)}`
  await whenUnused(adminUrl, `create database ${pg.escapeIdentifier(name)}${copy}`)
}

/** Drops the database `name`; it need not exist. Close all pools on it first. */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await whenUnused(adminUrl, `drop database if exists ${pg.escapeIdentifier(name)}`)
}

/**
 * Runs the statement, and again while a connection to the database is still closing (SQLSTATE 55006). Never
 * `with (force)`: a connection that is killed while it closes raises an uncaught error in the test process.
 */
async function whenUnused(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    for (let tries = 1; ; tries++) {
      try {
        await client.query(statement)
        return
      } catch (error) {
        if (!(error instanceof pg.DatabaseError) || error.code !== '55006' || tries >= MAX_TRIES) throw error
        await systemSleep(RETRY_MS)
      }
    }
  } finally {
    await client.end()
  }
}
