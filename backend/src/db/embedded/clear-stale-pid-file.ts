import { linkSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { isAlive } from './is-alive.ts'
import { isPostmaster } from './is-postmaster.ts'
import { readPidFile } from './read-pid-file.ts'

/**
 * After a crash the pid in `postmaster.pid` may belong to another process of the same user: always in a restarted
 * container, where pids repeat. Postgres then refuses to start. This removes such a file; it touches none whose
 * process is Postgres or dead, and backends that still run are caught by Postgres' check of its shared memory.
 */
export function clearStalePidFile(dataDir: string): void {
  const file = path.join(dataDir, 'postmaster.pid')
  const pid = readPidFile(file)[0]
  if (!isAlive(Number(pid)) || isPostmaster(Number(pid), dataDir)) return
  const aside = `${file}.stale-${process.pid}`
  try {
    renameSync(file, aside)
    // A server that started between the check and the rename gets its file back.
    if (readPidFile(aside)[0] !== pid) linkSync(aside, file)
    rmSync(aside, { force: true })
  } catch {
    // Another starter did the same at the same moment: the next attempt sees what it left.
  }
}
