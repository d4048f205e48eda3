import { type Kysely, sql } from 'kysely'

/** Steps that act or wait for a person: approved mails, tasks in HubSpot, places in our own pipeline (decision 0027). */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(WAITING).execute(db)
  await sql.raw(APPROVALS).execute(db)
  await sql.raw(TASKS).execute(db)
  await sql.raw(PLACES).execute(db)
  await sql.raw(WALL).execute(db)
}

/** More words beside those that are allowed by now, whichever they are. */
const WAITING = `
do $$
declare allowed text;
begin
  select substring(pg_get_constraintdef(oid) from '^CHECK \\((.*)\\)$') into strict allowed
    from pg_constraint where conrelid = 'step_runs'::regclass and conname = 'step_runs_held_for_check';
  alter table step_runs drop constraint step_runs_held_for_check;
  execute format('alter table step_runs add constraint step_runs_held_for_check check (%s or held_for in (%L, %L))',
    allowed, 'approval', 'task');
  select substring(pg_get_constraintdef(oid) from '^CHECK \\((.*)\\)$') into strict allowed
    from pg_constraint where conrelid = 'lanes'::regclass and conname = 'lanes_kind_check';
  alter table lanes drop constraint lanes_kind_check;
  execute format('alter table lanes add constraint lanes_kind_check check (%s or kind = %L)', allowed, 'tasks');
end $$;
`

const APPROVALS = `
-- A person's yes to one mail of one run, with their words where they changed it.
create table mail_approvals (
  portal_id bigint not null,
  step_run_id uuid not null,
  enrollment_id uuid not null,
  -- Templates; both null: as the sequence has it. Erased with the contact.
  subject text,
  body text,
  -- SHA-256 of what they read, filled in: the mail goes only as long as it still reads so.
  digest bytea not null,
  approved_at timestamptz not null,
  approved_by text not null,
  primary key (portal_id, step_run_id),
  foreign key (portal_id, step_run_id) references step_runs (portal_id, id),
  foreign key (portal_id, enrollment_id) references enrollments (portal_id, id)
);
create index mail_approvals_of_enrollment on mail_approvals (portal_id, enrollment_id);
`

const TASKS = `
-- A task in HubSpot that a step made, or is about to make: written before HubSpot is asked, so that a worker which dies in
-- between leaves the trace by which the task is looked for before another one is made.
create table step_tasks (
  portal_id bigint not null,
  step_run_id uuid not null,
  enrollment_id uuid not null,
  -- HubSpot's ids.
  deal_id text not null,
  task_id text,
  status text not null check (status in ('intended', 'open', 'completed', 'gone', 'left')),
  intended_at timestamptz not null,
  -- When HubSpot is asked next whether it is done, and how often it was.
  look_at timestamptz,
  looks integer not null default 0,
  times_out_at timestamptz,
  on_timeout text check (on_timeout in ('go_on', 'stop')),
  primary key (portal_id, step_run_id),
  foreign key (portal_id, step_run_id) references step_runs (portal_id, id),
  foreign key (portal_id, enrollment_id) references enrollments (portal_id, id),
  check (status <> 'open' or (task_id is not null and look_at is not null))
);
create index step_tasks_to_look_at on step_tasks (portal_id, look_at) where status = 'open';
create index step_tasks_of_enrollment on step_tasks (portal_id, enrollment_id);
`

const PLACES = `
-- Stagecue's own pipeline: one ordered list of stages for the whole account.
create table places (
  portal_id bigint not null references installations (portal_id),
  id text not null,
  name text not null,
  position integer not null,
  -- Taken off the list, but contacts may still be there.
  removed boolean not null default false,
  primary key (portal_id, id)
);

-- HubSpot's stages that lead to a place: a deal that enters one takes its contacts there.
create table place_stages (
  portal_id bigint not null,
  pipeline_id text not null,
  stage_id text not null,
  place_id text not null,
  primary key (portal_id, pipeline_id, stage_id),
  foreign key (portal_id, place_id) references places (portal_id, id)
);

-- Where a contact stands in it, for each deal.
create table contact_places (
  portal_id bigint not null,
  deal_id text not null,
  -- Our id of the contact.
  contact_id uuid not null,
  place_id text not null,
  moved_at timestamptz not null,
  primary key (portal_id, deal_id, contact_id),
  foreign key (portal_id, contact_id) references contacts (portal_id, id),
  foreign key (portal_id, place_id) references places (portal_id, id)
);
`

const WALL = `
do $$
declare t text;
begin
  foreach t in array array['mail_approvals', 'step_tasks', 'places', 'place_stages', 'contact_places'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy portal_wall on %I for all to stagecue_app
         using (portal_id = nullif(current_setting(''app.portal_id'', true), '''')::bigint)
         with check (portal_id = nullif(current_setting(''app.portal_id'', true), '''')::bigint)', t);
    execute format('grant select, insert, update, delete on %I to stagecue_app', t);
  end loop;
end $$;
`
