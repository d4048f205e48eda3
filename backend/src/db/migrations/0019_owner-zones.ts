import { type Kysely, sql } from 'kysely'

/** The clock that counts for a contact without one of their own. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(`
-- As HubSpot spells it; null where it is not known or may not be read.
alter table owners add column time_zone text;
`)
    .execute(db)
}
