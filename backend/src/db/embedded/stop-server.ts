import type { Sleep } from '#core/clock.ts'
import { AppError } from '#core/errors.ts'
import { findServer } from './find-server.ts'
import { isPostmaster } from './is-postmaster.ts'
import { type Binaries, runBinary } from './run-binary.ts'

const POLL_MS = 25
const MAX_POLLS = 1_200
/** The last checkpoint of a busy server on a slow disk. */
const STOP_SECONDS = 300

/** `fast` writes everything down first; `immediate` is a crash without the mess, recovered at the next start. */
export type StopMode = 'fast' | 'immediate'

/** What stopping needs. */
export interface Stop {
  readonly binaries: Binaries
  readonly dataDir: string
  readonly sleep: Sleep
}

/**
 * Stops the server `pid` on `dataDir` and waits until its process is gone. One that is dead already is no error, and a
 * successor that another start put on the same folder is left alone.
 * Throws `database_unavailable` when it does not end within five minutes.
 */
export async function stopServer({ binaries, dataDir, sleep }: Stop, pid: number, mode: StopMode): Promise<void> {
  if (findServer(dataDir)?.pid !== pid) return
  const args = ['stop', '-D', dataDir, '-w', '-t', String(STOP_SECONDS), '-m', mode]
  const { code, stderr } = await runBinary(binaries, 'pg_ctl', args, dataDir)
  // pg_ctl waits for the pid file to go, which the server removes shortly before it ends.
  for (let poll = 0; poll < MAX_POLLS && isPostmaster(pid, dataDir); poll++) {
    if (code !== 0) break
    await sleep(POLL_MS)
  }
  if (!isPostmaster(pid, dataDir)) return
  throw new AppError('database_unavailable', `Postgres did not stop. End the process ${pid} by hand.`, {
    cause: new Error(`pg_ctl stop: ${code}\n${stderr}`),
  })
}
