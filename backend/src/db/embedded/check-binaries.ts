import { existsSync } from 'node:fs'
import { AppError } from '#core/errors.ts'
import { type Binaries, binaryPath, runBinary } from './run-binary.ts'

/**
 * Runs `postgres --version` as the user who will run the server and returns its major version, such as 18.
 * Throws `misconfigured` when that user cannot read the package, or this machine cannot run it.
 */
export async function checkBinaries(binaries: Binaries): Promise<number> {
  const file = binaryPath(binaries.packageDir, 'postgres')
  const { code, stdout, stderr } = await runBinary(binaries, 'postgres', ['--version'], '/')
  const version = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1]
  if (code === 0 && version !== undefined) return Number(version)
  const cause = new Error(`${file} --version: ${code} ${stderr}`)
  if (code === 'EACCES' || /permission denied/i.test(stderr)) {
    throw new AppError('misconfigured', unreadable(binaries), { cause })
  }
  // The file is there, but not the loader it names: the package is built for glibc.
  if (code === 'ENOENT' && existsSync(file)) {
    throw new AppError(
      'misconfigured',
      'The bundled Postgres needs glibc, which this system does not have (Alpine and others use musl). ' +
        'Use a glibc image such as node:26-slim, or set DATABASE_URL to a Postgres of your own (version 15 or newer).',
      { cause },
    )
  }
  throw new AppError(
    'misconfigured',
    'The bundled Postgres does not run on this machine. Run "npm ci" again, ' +
      'or set DATABASE_URL to a Postgres of your own (version 15 or newer).',
    { cause },
  )
}

function unreadable({ packageDir, user }: Binaries): string {
  if (user === undefined) return `You may not read or run ${packageDir}. Run "npm ci" as this user.`
  return (
    `Postgres does not run as root, and the user it runs as instead (${user.name}) may not read ${packageDir}. ` +
    'Start Stagecue as a normal user, move it out of the private home folder, or set DATABASE_URL to a Postgres of your own.'
  )
}
