import { type Kysely, sql } from 'kysely'

/** When HubSpot last said who is on a deal: `read_at` alone speaks of the deal's own fields. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table deals add column contacts_read_at timestamptz`.execute(db)
}
