import { type Kysely, sql } from 'kysely'

/** HubSpot's time zone of a contact (`hs_timezone`), as it spells it: whose clock a sequence follows. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table contacts add column time_zone text`.execute(db)
}
