import { type Kysely, sql } from 'kysely'

/** Sequences that finish, moves of running enrollments to another version, and the second admin's word before a publish. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(FINISHING).execute(db)
  await sql.raw(MOVES).execute(db)
  await sql.raw(APPROVAL).execute(db)
  await sql.raw(WALL).execute(db)
  await sql.raw(FINISHING_LANE).execute(db)
}

const FINISHING = `
alter table sequences drop constraint sequences_status_check;
-- finishing: nobody new is enrolled; it is archived when its last enrollment ends.
alter table sequences add constraint sequences_status_check
  check (status in ('draft', 'active', 'paused', 'finishing', 'archived'));
-- What files call it, in every account; without one the id stands for it.
alter table sequences add column file_key text;
create unique index sequences_file_key on sequences (portal_id, file_key) where file_key is not null and status <> 'archived';
create index enrollments_running on enrollments (portal_id, sequence_id, id) where status in ('active', 'paused');
`

const MOVES = `
-- An admin moved what runs to another version. A move is carried on in batches until every enrollment has an outcome.
create table version_moves (
  portal_id bigint not null,
  id uuid not null,
  sequence_id uuid not null,
  to_version integer not null,
  started_at timestamptz not null,
  started_by text,
  primary key (portal_id, id),
  foreign key (portal_id, sequence_id, to_version) references sequence_versions (portal_id, sequence_id, version)
);

-- One per enrollment and move, so that a repeat of the call moves nobody twice and gives the same answer.
create table version_move_outcomes (
  portal_id bigint not null,
  move_id uuid not null,
  enrollment_id uuid not null,
  from_version integer not null,
  -- Why it stayed where it was; null: it moved.
  reason text,
  at timestamptz not null,
  primary key (portal_id, move_id, enrollment_id),
  foreign key (portal_id, move_id) references version_moves (portal_id, id),
  foreign key (portal_id, enrollment_id) references enrollments (portal_id, id)
);
create index version_move_outcomes_of_enrollment on version_move_outcomes (portal_id, enrollment_id);
`

const APPROVAL = `
create table sequence_settings (
  portal_id bigint primary key references installations (portal_id),
  needs_approval boolean not null,
  changed_at timestamptz not null,
  changed_by text
);

-- A draft that waits for another admin. It is about one revision: a later save of the draft withdraws it.
create table publish_requests (
  portal_id bigint not null,
  id uuid not null,
  sequence_id uuid not null,
  revision integer not null,
  status text not null check (status in ('waiting', 'approved', 'returned', 'withdrawn')),
  submitted_at timestamptz not null,
  submitted_by text not null,
  answered_at timestamptz,
  answered_by text,
  comment text,
  primary key (portal_id, id),
  foreign key (portal_id, sequence_id) references sequences (portal_id, id)
);
create unique index publish_requests_open on publish_requests (portal_id, sequence_id) where status = 'waiting';
create index publish_requests_of_sequence on publish_requests (portal_id, sequence_id, submitted_at);
`

const WALL = `
do $$
declare t text;
begin
  foreach t in array array['version_moves', 'version_move_outcomes', 'sequence_settings', 'publish_requests'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy portal_wall on %I for all to stagecue_app
         using (portal_id = nullif(current_setting(''app.portal_id'', true), '''')::bigint)
         with check (portal_id = nullif(current_setting(''app.portal_id'', true), '''')::bigint)', t);
    execute format('grant select, insert, update on %I to stagecue_app', t);
  end loop;
end $$;
`

/** One more kind of lane beside those that are allowed by now, whichever they are. */
const FINISHING_LANE = `
do $$
declare allowed text;
begin
  select substring(pg_get_constraintdef(oid) from '^CHECK \\((.*)\\)$') into strict allowed
    from pg_constraint where conrelid = 'lanes'::regclass and conname = 'lanes_kind_check';
  alter table lanes drop constraint lanes_kind_check;
  execute format('alter table lanes add constraint lanes_kind_check check (%s or kind = %L)', allowed, 'finishing');
end $$;
`
