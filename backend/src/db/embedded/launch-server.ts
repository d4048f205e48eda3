import { spawn } from 'node:child_process'
import { chownSync, closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import type { Sleep } from '#core/clock.ts'
import { findServer, type RunningServer } from './find-server.ts'
import { type Binaries, binaryOptions, binaryPath } from './run-binary.ts'

const POLL_MS = 25
/** Five minutes: recovery after a crash replays up to max_wal_size. */
const MAX_POLLS = 12_000
const LOG_BYTES = 5_000_000
const TAIL_LINES = 20

export interface Launch {
  readonly binaries: Binaries
  readonly dataDir: string
  readonly logFile: string
  readonly port: number
  readonly settings: Readonly<Record<string, string>>
  readonly sleep: Sleep
  /** Called when a server that was ready ends, asked or not. */
  readonly onEnd: (how: { readonly code: number | null; readonly signal: string | null }) => void
}

export type Launched =
  | { readonly kind: 'ready'; readonly server: RunningServer }
  | { readonly kind: 'failed'; readonly output: string }

/**
 * Starts a server on `dataDir` and waits until it answers. It runs in a session of its own, so that Ctrl-C or a closed
 * terminal ends Stagecue, which writes its last rows, and not Postgres at the same moment. It outlives this process.
 */
export async function launchServer(launch: Launch): Promise<Launched> {
  const { binaries, dataDir, logFile, sleep } = launch
  const log = openLog(binaries, logFile)
  // Not through `pg_ctl start`: it pastes the paths into a shell command, which breaks at a `$` in a folder's name.
  const child = spawn(binaryPath(binaries.packageDir, 'postgres'), serverArguments(launch), {
    ...binaryOptions(binaries.user, dataDir),
    detached: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
  })
  closeSync(log.descriptor)
  child.unref()
  let isReady = false
  let failure: string | undefined
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      failure = error.message
      resolve()
    })
    child.once('exit', (code, signal) => {
      failure = `postgres ended: ${signal ?? code}`
      if (isReady) launch.onEnd({ code, signal })
      resolve()
    })
  })
  for (let poll = 0; poll < MAX_POLLS && failure === undefined; poll++) {
    const server = findServer(dataDir)
    if (server?.ready && server.pid === child.pid) {
      isReady = true
      return { kind: 'ready', server }
    }
    await Promise.race([sleep(POLL_MS), ended])
  }
  child.kill('SIGQUIT')
  return { kind: 'failed', output: `${failure ?? 'not ready in time'}\n${readTail(logFile, log.size)}` }
}

function serverArguments({ dataDir, port, settings }: Launch): string[] {
  const all = {
    ...settings,
    port: String(port),
    listen_addresses: '127.0.0.1',
    // No socket file: its path may have 107 bytes only, less than many a project folder.
    unix_socket_directories: '',
    // The launcher's file is the log, whatever postgresql.conf says.
    logging_collector: 'off',
  }
  return ['-D', dataDir, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

function openLog({ user }: Binaries, logFile: string): { descriptor: number; size: number } {
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES) renameSync(logFile, `${logFile}.1`)
  const descriptor = openSync(logFile, 'a', 0o600)
  if (user !== undefined) chownSync(logFile, user.uid, user.gid)
  return { descriptor, size: statSync(logFile).size }
}

/** The last lines this start wrote. */
function readTail(logFile: string, from: number): string {
  const written = readFileSync(logFile).subarray(from).toString('utf8')
  return written.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')
}
