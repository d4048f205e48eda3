import { type Kysely, sql } from 'kysely'

/** What counting needs, and the queue of what our own properties in HubSpot should say. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(COUNTING).execute(db)
  await sql.raw(STATUS).execute(db)
  await sql.raw(STATUS_LANE).execute(db)
}

const COUNTING = `
-- Numbers are of a period: an enrollment belongs to the day it began, a deal to the day it entered the stage.
create index enrollments_begun on enrollments (portal_id, enrolled_at);
create index stage_entries_entered on stage_entries (portal_id, entered_at);
-- What a contact did after the last mail ends nothing any more, so only the log knows it.
create index activities_of_outcome on activities (portal_id, at)
  where kind in ('contact.unsubscribed', 'contact.replied', 'contact.bounced', 'contact.complained');
create index decisions_held_out on decisions (portal_id, sequence_id, decided_at) where reason = 'held_out';

-- A closed stage without any chance: going there is no step forward. Known from the next reading of the pipelines on.
alter table stages add column is_lost boolean not null default false;
`

const STATUS = `
-- Whether this portal wants our status in properties of its contacts and deals, and how that goes.
create table status_settings (
  portal_id bigint primary key references installations (portal_id),
  enabled boolean not null,
  changed_at timestamptz not null,
  changed_by text,
  -- When HubSpot had our properties; null: they are made before the next write.
  properties_at timestamptz,
  -- Why nothing is written at present, as a sentence; null while it works.
  problem text
);

-- One row per record whose properties we keep: the newest value is computed when it is written, so the latest always wins.
create table status_writes (
  portal_id bigint not null,
  object_type text not null check (object_type in ('contact', 'deal')),
  -- HubSpot's id.
  object_id text not null,
  -- Grows with every change: a write settles only the change it has seen.
  revision integer not null default 1,
  pending boolean not null default true,
  -- What we wrote last; null: nothing yet, or it is not known.
  value jsonb,
  -- Why HubSpot did not take it.
  reason text,
  changed_at timestamptz not null,
  written_at timestamptz,
  primary key (portal_id, object_type, object_id)
);
create index status_writes_pending on status_writes (portal_id, object_type, changed_at) where pending;

do $$
declare t text;
begin
  foreach t in array array['status_settings', 'status_writes'] loop
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

/** One more kind of lane beside those that are allowed by now, whichever they are. */
const STATUS_LANE = `
do $$
declare allowed text;
begin
  select substring(pg_get_constraintdef(oid) from '^CHECK \\((.*)\\)$') into strict allowed
    from pg_constraint where conrelid = 'lanes'::regclass and conname = 'lanes_kind_check';
  alter table lanes drop constraint lanes_kind_check;
  execute format('alter table lanes add constraint lanes_kind_check check (%s or kind = %L)', allowed, 'status');
end $$;
`
