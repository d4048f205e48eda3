import { linkSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'

/** A postmaster that is alive and works, or will work, on the data directory. */
export interface RunningServer {
  readonly pid: number
  /** 0 until it has opened its socket. */
  readonly port: number
  readonly ready: boolean
}

/**
 * The server that runs on `dataDir`, whoever started it. The file format is that of Postgres' `pidfile.h`: one line
 * each for pid, data directory, start time, port, socket directory, address, shared memory and status.
 */
export function findServer(dataDir: string): RunningServer | undefined {
  const lines = readLines(path.join(dataDir, 'postmaster.pid'))
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0 || !isPostmaster(pid, dataDir)) return undefined
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7]?.trim() === 'ready' }
}

/**
 * After a crash the pid in `postmaster.pid` may belong to another process of the same user: always in a restarted
 * container, where pids repeat. Postgres then refuses to start. This removes such a file; it touches none whose
 * process is Postgres or dead, and backends that still run are caught by Postgres' check of its shared memory.
 */
export function clearStalePidFile(dataDir: string): void {
  const file = path.join(dataDir, 'postmaster.pid')
  const pid = readLines(file)[0]
  if (!isAlive(Number(pid)) || isPostmaster(Number(pid), dataDir)) return
  const aside = `${file}.stale-${process.pid}`
  try {
    renameSync(file, aside)
    // A server that started between the check and the rename gets its file back.
    if (readLines(aside)[0] !== pid) linkSync(aside, file)
    rmSync(aside, { force: true })
  } catch {
    // Another starter did the same at the same moment: the next attempt sees what it left.
  }
}

/** Whether a process with this pid exists. One of another user counts. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Whether `pid` is the postmaster of `dataDir`. Where the command line cannot be read (macOS, Windows) every living
 * process counts. A zombie has an empty one: nobody reaps it where the container's first process is not an init.
 */
export function isPostmaster(pid: number, dataDir: string): boolean {
  if (!isAlive(pid)) return false
  if (process.platform !== 'linux') return true
  let argv: string[]
  try {
    argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return isAlive(pid)
  }
  if (path.basename(argv[0] ?? '') !== 'postgres') return false
  const folder = argv.indexOf('-D') < 0 ? undefined : argv[argv.indexOf('-D') + 1]
  return folder === undefined || isSameFolder(folder, dataDir)
}

/** A folder that is gone or hidden counts as the same one: better to wait for a server than to start a second one. */
function isSameFolder(one: string, other: string): boolean {
  try {
    const [a, b] = [statSync(one), statSync(other)]
    return a.ino === b.ino && a.dev === b.dev
  } catch {
    return true
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
