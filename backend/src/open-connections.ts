import path from 'node:path'
import type pg from 'pg'
import type { Config } from '#config'
import { systemSleep } from '#core/clock.ts'
import { AppError } from '#core/errors.ts'
import { systemSecrets } from '#core/ids.ts'
import type { Log } from '#core/log.ts'
import { checkDurability, findDatabaseFault } from '#db/check-database.ts'
import { APP_ROLE, type Database, openDatabase, openPool } from '#db/database.ts'
import { startEmbedded } from '#db/embedded/start.ts'
import { migrate } from '#db/migrate.ts'
import { INTAKE_LIMITS } from '#modules/events/accept-events.ts'
import { INTAKE_ROLE } from '#modules/events/intake-repository.ts'

export interface Connections {
  readonly url: string
  readonly appPool: pg.Pool
  readonly db: Database
  /** Connections that may only store events. */
  readonly intake: pg.Pool
  close(): Promise<void>
}

/** Web requests, the tasks side by side and their batches; Postgres' default of 100 connections leaves room for replicas. */
const APP_POOL = 16
/** A database that starts together with us may need a moment. */
const CONNECT_TRIES = 10
const CONNECT_PAUSE_MS = 1_000

/** Starts the embedded Postgres when no database is configured, migrates, and opens the pools. */
export async function openConnections(config: Config, log: Log): Promise<Connections> {
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbedded({
        dir: path.join(config.dataDir, 'postgres'),
        sleep: systemSleep,
        log,
        secrets: systemSecrets,
      })
  const url = config.databaseUrl ?? embedded?.url() ?? ''
  const pools: pg.Pool[] = []
  const close = async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await embedded?.stop()
  }
  const open = (name: string, size: number, role: string | null) => {
    const onIdleError = (error: Error) => log.warn({ err: error, pool: name }, 'database connection lost')
    const pool = openPool({ url, size, role, name, onIdleError })
    pools.push(pool)
    return pool
  }
  try {
    const first = open('stagecue-start', 1, null)
    await waitForDatabase(url, first, log)
    await first.end()
    pools.splice(pools.indexOf(first), 1)
    const ran = await migrate(url)
    if (ran.length > 0) log.info({ migrations: ran }, 'database prepared')
    const appPool = open('stagecue', APP_POOL, APP_ROLE)
    await checkDurability(appPool)
    return {
      url,
      appPool,
      db: openDatabase(appPool),
      intake: open('stagecue-intake', INTAKE_LIMITS.inFlight, INTAKE_ROLE),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function waitForDatabase(url: string, pool: pg.Pool, log: Log): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const fault = await findDatabaseFault(pool)
    if (fault === undefined) return
    const { host, pathname } = new URL(url)
    if (attempt >= CONNECT_TRIES) {
      throw new AppError(
        'misconfigured',
        `The database at ${host}${pathname} cannot be used: ${fault}. Check DATABASE_URL and that it runs.`,
      )
    }
    log.warn({ host, attempt, fault }, 'waiting for the database')
    await systemSleep(CONNECT_PAUSE_MS)
  }
}
