import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { isAlive } from './is-alive.ts'

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
