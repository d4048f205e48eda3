import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { AppError } from '#core/errors.ts'
import { PreparingClient } from './preparing-client.ts'
import type { Tables } from './tables.ts'

/** A connection pool as the role that owns nothing. Reads no tenant row by itself: see `inPortal`. */
export type Database = Kysely<Tables>

/** In a signature it says: only inside a transaction, with the portal set. */
export type Trx = Transaction<Tables>

/** The role every query runs as; made by the first migration. */
export const APP_ROLE = 'stagecue_app'

export interface PoolOptions {
  url: string
  /** Connections at most. */
  size: number
  /** `null` for migrations, which run as the owner. */
  role: string | null
  /** Shown in pg_stat_activity. */
  name: string
  /** Told about connections that broke while idle, so that a database restart does not end the process. */
  onIdleError?: (error: Error) => void
}

/** Opens a pool. Nothing connects until the first query. */
export function openPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: options.url,
    max: options.size,
    application_name: options.name,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    types: { getTypeParser },
    options: [
      options.role ? `-c role=${options.role}` : '',
      '-c timezone=UTC',
      // A lock that waits this long is a fault somewhere: better a retry than a pool that hangs.
      options.role ? '-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s' : '',
    ].join(' '),
  })
  pool.on('error', (error) => options.onIdleError?.(error))
  // A connection that breaks between two statements of a transaction tells its client alone, and an error nobody listens to
  // ends the process. The next statement fails, which is how the caller learns of it.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Kysely over a pool: camelCase in code, snake_case in SQL, keys inside jsonb untouched. */
export function openDatabase(pool: pg.Pool): Database {
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
}

// pg sends a Temporal.Instant as quoted JSON; this is pg's own hook for "how do I look as a parameter".
Object.defineProperty(Temporal.Instant.prototype, 'toPostgres', {
  configurable: true,
  value(this: Temporal.Instant) {
    return this.toString()
  },
})

const TIMESTAMPTZ = 1184
const INT8 = 20

function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === TIMESTAMPTZ) return (text: string) => Temporal.Instant.from(text.replace(' ', 'T'))
  if (oid === INT8) return parseInt8
  return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid)
}

/** Portal ids and counts are safe integers; an id beyond that would be silently another portal's, so it is refused. */
function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new AppError('internal', 'The database returned a number beyond 2^53.')
  return value
}
