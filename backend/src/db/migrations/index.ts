import type { Migration } from 'kysely/migration'
import * as mainPath from './0001_main-path.ts'
import * as limits from './0002_limits.ts'

/** All migrations in order. A merged one is frozen; its name is what the database remembers. */
export const migrations: Record<string, Migration> = {
  '0001_main-path': mainPath,
  '0002_limits': limits,
}
