import { execFile, type SpawnOptions } from 'node:child_process'
import path from 'node:path'
import type { ServerUser } from './choose-user.ts'

/** Where the binaries are and who runs them. */
export interface Binaries {
  readonly packageDir: string
  readonly user: ServerUser | undefined
}

export interface BinaryResult {
  /** The exit code, or what kept it from running: an errno such as `EACCES`, or the signal that ended it. */
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

/** The absolute path of one binary of the package. */
export function binaryPath(packageDir: string, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return path.join(packageDir, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

/**
 * How every binary is run. The environment is not inherited: PGDATA, PGPORT or PGOPTIONS of the shell would steer
 * Postgres, our secrets would be readable in its process, and explain-failure.ts reads English.
 */
export function binaryOptions(user: ServerUser | undefined, cwd: string) {
  const identity = user === undefined ? {} : { uid: user.uid, gid: user.gid }
  return { ...identity, cwd, env: { LC_ALL: 'C', TZ: 'UTC' }, windowsHide: true } satisfies SpawnOptions
}

/** Runs one binary to its end in `cwd`. Never throws: what happened is in the result. */
export function runBinary(
  { packageDir, user }: Binaries,
  name: 'initdb' | 'pg_ctl' | 'postgres',
  args: readonly string[],
  cwd: string,
): Promise<BinaryResult> {
  return new Promise((resolve) => {
    execFile(binaryPath(packageDir, name), args, binaryOptions(user, cwd), (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? error.signal ?? 1), stdout, stderr })
    })
  })
}
