import { type Kysely, sql } from 'kysely'

/** A decision about all late mails is about those that were counted: since when each waits tells them from what came later. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(`
-- Since when it waits for what held_for says; null: from before this was kept, so longer than anybody looks at a list.
alter table step_runs add column held_at timestamptz;
`)
    .execute(db)
}
