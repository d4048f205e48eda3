import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '#core/errors.ts'

interface Symlink {
  readonly source: string
  readonly target: string
}

/**
 * npm cannot pack symlinks, so the package's install script makes those of its libraries from `pg-symlinks.json`.
 * With `--ignore-scripts` it never ran and Postgres would not find libicu; this makes the missing ones.
 * Returns how many were made. Throws `misconfigured` when the folder cannot be written.
 */
export function restoreSymlinks(packageDir: string): number {
  const list = path.join(packageDir, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return 0
  const symlinks: Symlink[] = JSON.parse(readFileSync(list, 'utf8'))
  return symlinks.filter((symlink) => restore(packageDir, symlink)).length
}

function restore(packageDir: string, { source, target }: Symlink): boolean {
  const link = path.join(packageDir, target)
  if (existsSync(link)) return false
  try {
    symlinkSync(path.relative(path.dirname(link), path.join(packageDir, source)), link)
    return true
  } catch (cause) {
    // Another process that starts at the same moment made it first.
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false
    throw new AppError(
      'misconfigured',
      `The bundled Postgres is incomplete and ${path.dirname(link)} cannot be written. ` +
        'Run "npm ci" without --ignore-scripts, or start once as the owner of node_modules.',
      { cause },
    )
  }
}
