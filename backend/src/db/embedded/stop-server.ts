import type { Sleep } from '#core/clock.ts'
import { AppError } from '#core/errors.ts'
import { findServer, isPostmaster } from './find-server.ts'
import { type Binaries, runBinary } from './run-binary.ts'

const POLL_MS = 25
const MAX_POLLS = 1_200
/** The last checkpoint of a busy server on a slow disk. */
const STOP_SECONDS = 300

/** `fast` writes everything down first; `immediate` is a crash without the mess, recovered at the next start. */
export type StopMode = 'fast' | 'immediate'

/**
 * Stops the server on `dataDir` and waits until its process is gone. A server that is dead already is no error.
 * Throws `database_unavailable` when it does not end within five minutes.
 */
export async function stopServer(binaries: Binaries, dataDir: string, mode: StopMode, sleep: Sleep): Promise<void> {
  const server = findServer(dataDir)
  if (server === undefined) return
  const args = ['stop', '-D', dataDir, '-w', '-t', String(STOP_SECONDS), '-m', mode]
  const { code, stderr } = await runBinary(binaries, 'pg_ctl', args, dataDir)
  // pg_ctl waits for the pid file to go, which the server removes shortly before it ends.
  for (let poll = 0; poll < MAX_POLLS && isPostmaster(server.pid, dataDir); poll++) {
    if (code !== 0) break
    await sleep(POLL_MS)
  }
  if (!isPostmaster(server.pid, dataDir)) return
  throw new AppError('database_unavailable', `Postgres did not stop. End the process ${server.pid} by hand.`, {
    cause: new Error(`pg_ctl stop: ${code}\n${stderr}`),
  })
}
