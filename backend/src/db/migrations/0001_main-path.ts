import { type Kysely, sql } from 'kysely'
import { ROLES } from './0001/roles.ts'
import { WALL } from './0001/wall.ts'
import { WHAT_WE_DO } from './0001/what-we-do.ts'
import { WHAT_WE_KNOW } from './0001/what-we-know.ts'

/**
 * The tables of the main path: installation → events → stage entries → decisions → enrollments → step runs → deliveries →
 * timeline. Every tenant table starts its keys with `portal_id` (distribution rule 1) and is walled by row-level security
 * (`wall.ts`). Times are `timestamptz`, written by the app's clock, never by the database's.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(ROLES).execute(db)
  await sql.raw(WHAT_WE_KNOW).execute(db)
  await sql.raw(WHAT_WE_DO).execute(db)
  await sql.raw(WALL).execute(db)
}
