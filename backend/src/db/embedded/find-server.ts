import path from 'node:path'
import { isPostmaster } from './is-postmaster.ts'
import { readPidFile } from './read-pid-file.ts'

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
  const lines = readPidFile(path.join(dataDir, 'postmaster.pid'))
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0 || !isPostmaster(pid, dataDir)) return undefined
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7]?.trim() === 'ready' }
}
