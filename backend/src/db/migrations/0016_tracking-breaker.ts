import { type Kysely, sql } from 'kysely'

/** Which mails came back for good, and which links were clicked or pictures loaded where a sequence wants to know. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(BOUNCES).execute(db)
  await sql.raw(TRACKING).execute(db)
  await sql.raw(WALL).execute(db)
  await sql.raw(CLICKS_LANE).execute(db)
}

const BOUNCES = `
-- Mails whose address does not take mail: refused at once, or come back. Each once, however many reports tell of it.
create table bounces (
  portal_id bigint not null references installations (portal_id),
  delivery_id uuid not null,
  bounced_at timestamptz not null,
  primary key (portal_id, delivery_id),
  foreign key (portal_id, delivery_id) references deliveries (portal_id, id) on delete cascade
);
create index bounces_noticed on bounces (portal_id, bounced_at);
`

const TRACKING = `
alter table deliveries
  -- Where the links of its HTML part lead, in their order; null: they were not rewritten. Frozen with the bytes.
  add column links jsonb,
  -- Whether it carries a picture that tells of its being loaded.
  add column tracks_opens boolean not null default false;
create index deliveries_tracked on deliveries (portal_id, enrollment_id) where links is not null or tracks_opens;

-- A link of a mail that somebody or something followed. No address, no browser, no IP: who it was is the enrollment's contact.
create table clicks (
  portal_id bigint not null references installations (portal_id),
  id uuid not null,
  delivery_id uuid not null,
  enrollment_id uuid not null,
  -- Its place among the links of the mail, from 1.
  link smallint not null check (link between 1 and 255),
  clicked_at timestamptz not null,
  -- Whether a program followed it; null until that is judged, a moment later.
  automatic boolean,
  primary key (portal_id, id),
  foreign key (portal_id, delivery_id) references deliveries (portal_id, id) on delete cascade,
  foreign key (portal_id, enrollment_id) references enrollments (portal_id, id) on delete cascade
);
create index clicks_of_delivery on clicks (portal_id, delivery_id, clicked_at);
create index clicks_of_enrollment on clicks (portal_id, enrollment_id);
create index clicks_to_judge on clicks (portal_id, clicked_at) where automatic is null;

-- The picture of a mail was loaded, by what: once for each kind.
create table opens (
  portal_id bigint not null references installations (portal_id),
  delivery_id uuid not null,
  enrollment_id uuid not null,
  loaded_by text not null check (loaded_by in ('mail_program', 'apple_proxy', 'gmail_proxy', 'automatic')),
  first_at timestamptz not null,
  primary key (portal_id, delivery_id, loaded_by),
  foreign key (portal_id, delivery_id) references deliveries (portal_id, id) on delete cascade,
  foreign key (portal_id, enrollment_id) references enrollments (portal_id, id) on delete cascade
);
create index opens_of_enrollment on opens (portal_id, enrollment_id);
`

const WALL = `
do $$
declare t text;
begin
  foreach t in array array['bounces', 'clicks', 'opens'] loop
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
const CLICKS_LANE = `
do $$
declare allowed text;
begin
  select substring(pg_get_constraintdef(oid) from '^CHECK \\((.*)\\)$') into strict allowed
    from pg_constraint where conrelid = 'lanes'::regclass and conname = 'lanes_kind_check';
  alter table lanes drop constraint lanes_kind_check;
  execute format('alter table lanes add constraint lanes_kind_check check (%s or kind = %L)', allowed, 'clicks');
end $$;
`
