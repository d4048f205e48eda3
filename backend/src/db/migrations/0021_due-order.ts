import { type Kysely, sql } from 'kysely'

/**
 * Due steps are taken in the order their enrollments began; thousands may be due at the same moment, when a sending window
 * opens, and a batch of them must not sort all.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(`
drop index step_runs_due;
create index step_runs_due on step_runs (portal_id, due_at, enrollment_id) where status = 'scheduled';
`)
    .execute(db)
}
