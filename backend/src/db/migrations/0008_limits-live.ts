import { type Kysely, sql } from 'kysely'

/** What sending needs to keep limits, to notice that a mail is late, and to notice a restored backup. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(COUNTING).execute(db)
  await sql.raw(LATE).execute(db)
  await sql.raw(IDENTITY).execute(db)
}

const COUNTING = `
-- What was sent lies in it by its moment, what is on its way has none (decision 0017).
create index deliveries_settled on deliveries (portal_id, settled_at);

-- One row for a portal that keeps limits; its lock is what two workers count under.
create table sending_rules (
  portal_id bigint primary key references installations (portal_id),
  rules jsonb not null,
  updated_at timestamptz not null,
  updated_by text not null
);
alter table sending_rules enable row level security;
alter table sending_rules force row level security;
create policy portal_wall on sending_rules for all to stagecue_app
  using (portal_id = nullif(current_setting('app.portal_id', true), '')::bigint)
  with check (portal_id = nullif(current_setting('app.portal_id', true), '')::bigint);
grant select, insert, update on sending_rules to stagecue_app;
`

const LATE = `
alter table step_runs
  -- When the sequence wanted it; failed tries and outages do not move this.
  add column planned_for timestamptz,
  -- Until when something deliberate made it wait: a limit, a pause, a stop, a window.
  add column waited_until timestamptz,
  -- When a person said that it may go although it is late.
  add column approved_at timestamptz,
  add column held_for text check (held_for in ('late', 'restored'));

-- The owner is behind the wall too, and would update nothing.
alter table step_runs no force row level security;
update step_runs set planned_for = due_at;
alter table step_runs force row level security;
alter table step_runs alter column planned_for set not null;

-- Whoever plans a run need not think of it, and nobody can forget it.
create function remember_planned_for() returns trigger language plpgsql as $$
begin
  new.planned_for := coalesce(new.planned_for, new.due_at);
  return new;
end $$;
create trigger step_runs_planned_for before insert on step_runs for each row execute function remember_planned_for();

create index step_runs_late on step_runs (portal_id, planned_for) where status = 'held' and held_for is not null;
`

const IDENTITY = `
-- Which database this was, each time it was another one, and when an operator said that a backup was restored. The last row
-- is the present one. Of the whole installation: nothing of a portal inside.
create table database_identities (
  seen_at timestamptz primary key,
  identity text not null,
  restored boolean not null
);
grant select, insert on database_identities to stagecue_app;
`
