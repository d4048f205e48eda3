import { readFileSync } from 'node:fs'

/** The lines of a `postmaster.pid`; none when it is gone. */
export function readPidFile(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
