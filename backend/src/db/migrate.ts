import { Migrator } from 'kysely/migration'
import { AppError } from '#core/errors.ts'
import { openDatabase, openPool } from './database.ts'
import { migrations } from './migrations/index.ts'
import { sqlState } from './retry-serialization.ts'

/**
 * Brings the database at `url` up to this code, as the owner. Safe when two processes do it at once: Kysely's migrator takes
 * a lock row, the second finds nothing left to do. Throws `AppError('misconfigured')` when the database is newer than the
 * code, when it is older than Postgres 15, or when a migration fails (it then left no trace: each runs in a transaction).
 * Returns the names of the migrations it ran.
 */
export async function migrate(url: string): Promise<string[]> {
  const pool = openPool({ url, size: 2, role: null, name: 'stagecue-migrate' })
  const db = openDatabase(pool)
  try {
    const { rows } = await pool.query<{ version: number }>(
      "select current_setting('server_version_num')::int as version",
    )
    const version = rows[0]?.version ?? 0
    if (version < 150_000) {
      throw new AppError(
        'misconfigured',
        `DATABASE_URL points at Postgres ${Math.floor(version / 10_000)}; Stagecue needs 15 or newer.`,
      )
    }
    await refuseNewerDatabase(pool)
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
    const { error, results } = await migrator.migrateToLatest()
    if (error !== undefined) {
      const failed = results?.find((result) => result.status === 'Error')?.migrationName
      throw new AppError(
        'misconfigured',
        `The database could not be prepared${failed ? ` (migration ${failed})` : ''}: ${explain(error)}`,
        {
          cause: error,
        },
      )
    }
    return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
  } finally {
    await db.destroy()
    // Kysely ends only a pool it has used: a refusal may come before that.
    if (!pool.ended) await pool.end()
  }
}

async function refuseNewerDatabase(pool: import('pg').Pool): Promise<void> {
  const done = await pool
    .query<{ name: string }>('select name from kysely_migration order by name')
    .catch((error: unknown) => {
      if (sqlState(error) === '42P01') return { rows: [] }
      throw error
    })
  const unknown = done.rows.map((row) => row.name).filter((name) => !(name in migrations))
  if (unknown.length > 0) {
    throw new AppError(
      'misconfigured',
      `The database is newer than this version of Stagecue: it has ${unknown.join(', ')}. Start the version that made it, or a newer one.`,
    )
  }
}

function explain(error: unknown): string {
  const state = sqlState(error)
  if (state === '42501')
    return 'the database user may not create roles or tables. Grant it CREATEROLE and CREATE, or let an administrator run the first start.'
  return error instanceof Error ? error.message : String(error)
}
