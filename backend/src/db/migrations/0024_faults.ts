import { type Kysely, sql } from 'kysely'

/** Pieces of work that fail alone (decision 0034). */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(STEPS).execute(db)
  await sql.raw(ENDINGS).execute(db)
  await sql.raw(OLD_ENTRIES).execute(db)
}

const STEPS = `
-- Errors of its own in a row, which nobody expected.
alter table step_runs add column faults int not null default 0;

-- One more word beside those that are allowed by now, whichever they are.
do $$
declare allowed text;
begin
  select substring(pg_get_constraintdef(oid) from '^CHECK \\((.*)\\)$') into strict allowed
    from pg_constraint where conrelid = 'step_runs'::regclass and conname = 'step_runs_held_for_check';
  alter table step_runs drop constraint step_runs_held_for_check;
  execute format('alter table step_runs add constraint step_runs_held_for_check check (%s or held_for = %L)', allowed, 'fault');
end $$;
`

const ENDINGS = `
do $$
declare allowed text;
begin
  select substring(pg_get_constraintdef(oid) from '^CHECK \\((.*)\\)$') into strict allowed
    from pg_constraint where conrelid = 'lanes'::regclass and conname = 'lanes_kind_check';
  alter table lanes drop constraint lanes_kind_check;
  execute format('alter table lanes add constraint lanes_kind_check check (%s or kind = %L)', allowed, 'endings');
end $$;
`

const OLD_ENTRIES = `
-- An entry that enrolled nobody only because it was heard of too late, until its event is run again.
alter table stage_entries add column too_old boolean not null default false;
create index stage_entries_too_old on stage_entries (portal_id, event_id) where too_old;

-- When a person last had it processed again: then it counts at any age.
alter table events add column rerun_at timestamptz;
`
