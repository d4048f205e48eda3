import { readFileSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '#core/errors.ts'
import type { Log } from '#core/log.ts'
import type { RunningServer } from './find-server.ts'
import { holdLease, type Lease } from './hold-lease.ts'
import { SUPERUSER } from './initialize-data.ts'
import { type Stop, type StopMode, stopServer } from './stop-server.ts'

export interface EmbeddedPostgres {
  /** The server ran already: started by another process, or left behind by one that was killed. */
  readonly adopted: boolean
  readonly pid: number
  /** On 127.0.0.1. An adopted server keeps its port and settings until it is stopped. */
  readonly port: number
  readonly dataDir: string
  /** A connection URL with the password; `postgres` when no database is named. */
  url(database?: string): string
  /**
   * Stops the server and waits for its end, unless another living process uses it: then the last one stops it. Close
   * your own connections first. May be called twice. Throws `database_unavailable` when the server does not end.
   */
  stop(mode?: StopMode): Promise<void>
}

/** What using and stopping a server needs. */
export interface Prepared extends Stop {
  readonly log: Log
}

/**
 * Takes part in using a ready server. Undefined when it was stopped, or died, before we could say that we use it.
 * Throws `misconfigured` when the password is not its own.
 */
export async function shareServer(
  prepared: Prepared,
  { pid, port }: RunningServer,
  adopted: boolean,
): Promise<EmbeddedPostgres | undefined> {
  const { dataDir, log } = prepared
  const password = readFileSync(path.join(dataDir, '..', 'password'), 'utf8').trim()
  const url = (database = 'postgres') =>
    `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`
  let lease: Lease
  try {
    lease = await holdLease(url())
  } catch (cause) {
    if (!isRefused(cause)) return undefined
    if (!adopted) await stopServer(prepared, pid, 'fast')
    throw new AppError(
      'misconfigured',
      `The Postgres on ${dataDir} does not accept the password in ${path.join(dataDir, '..', 'password')}. ` +
        'Restore that file, or move the folder away to start with an empty database.',
      { cause },
    )
  }
  log.info({ pid, port, dataDir }, adopted ? 'embedded postgres adopted' : 'embedded postgres started')
  let stopped: Promise<void> | undefined
  const stop = (mode: StopMode = 'fast') => {
    stopped ??= stopUnlessUsed(prepared, pid, lease, mode)
    return stopped
  }
  return { adopted, pid, port, dataDir, url, stop }
}

/** SQLSTATE class 28, invalid authorization. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('28')
}

async function stopUnlessUsed(prepared: Prepared, pid: number, lease: Lease, mode: StopMode): Promise<void> {
  try {
    if (await lease.release()) await stopServer(prepared, pid, mode)
    else prepared.log.info({ pid }, 'embedded postgres left to another process')
  } finally {
    await lease.end()
  }
}
