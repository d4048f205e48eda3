import { type Kysely, sql } from 'kysely'

/** Which state each setting of a portal is in, so that nobody overwrites what they have not seen. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(TABLE).execute(db)
}

const TABLE = `
-- One row per setting that was ever changed. A removed one keeps its row: a new one in its place goes on counting, so an old
-- page never takes it for the one it shows.
create table setting_revisions (
  portal_id bigint not null,
  setting text not null,
  -- Which one of its kind: a stage, a sender; '' where a portal has one only.
  subject text not null,
  revision integer not null check (revision > 0),
  removed boolean not null default false,
  changed_at timestamptz not null,
  primary key (portal_id, setting, subject)
);

-- A mapping can be removed and made anew, so those that exist begin as changed once: 0 is a stage without one.
-- The owner is behind the wall too, and would find nothing.
alter table mappings no force row level security;
insert into setting_revisions (portal_id, setting, subject, revision, changed_at)
  select portal_id, 'mapping', pipeline_id || e'\\n' || stage_id, 1, updated_at from mappings;
alter table mappings force row level security;

alter table setting_revisions enable row level security;
alter table setting_revisions force row level security;
create policy portal_wall on setting_revisions for all to stagecue_app
  using (portal_id = nullif(current_setting('app.portal_id', true), '')::bigint)
  with check (portal_id = nullif(current_setting('app.portal_id', true), '')::bigint);
grant select, insert, update, delete on setting_revisions to stagecue_app;
`
