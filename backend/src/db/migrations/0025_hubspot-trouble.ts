import { type Kysely, sql } from 'kysely'

/** What it takes to outlast HubSpot's trouble: a connection is given up only after it was refused for a while. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(REFUSALS + MAIL_RECORDS + PIPELINES + HEALTH).execute(db)
}

const REFUSALS = `
-- Since when HubSpot has taken no access token of this grant, and how many fresh ones it has refused since then.
alter table oauth_tokens add column refused_since timestamptz, add column refusals integer not null default 0;
`

const MAIL_RECORDS = `
-- HubSpot's answer was silent about this e-mail: before it is created it is looked for.
alter table mail_records add column look_first boolean not null default false;
`

const PIPELINES = `
-- Who reads the pipelines, and when they may be read again: set by whoever asks HubSpot, before the call.
alter table installations add column pipelines_asked_at timestamptz;

do $$
declare allowed text;
begin
  select substring(pg_get_constraintdef(oid) from '^CHECK \\((.*)\\)$') into strict allowed
    from pg_constraint where conrelid = 'lanes'::regclass and conname = 'lanes_kind_check';
  alter table lanes drop constraint lanes_kind_check;
  execute format('alter table lanes add constraint lanes_kind_check check (%s or kind = %L)', allowed, 'pipelines');
end $$;

-- The owner is behind the wall, too. Accounts that are there already may all be due at once: they are served one by one.
alter table installations no force row level security;
alter table lanes no force row level security;
insert into lanes (portal_id, kind, key, due_at)
  select portal_id, 'pipelines', '', coalesce(pipelines_refreshed_at, connected_at) + interval '6 hours'
  from installations where status <> 'disconnected';
alter table installations force row level security;
alter table lanes force row level security;
`

const HEALTH = `
-- What the settings page counts is little among much: each of these holds the little alone.
create index step_runs_deferred on step_runs (portal_id, enrollment_id) where status = 'scheduled' and kind = 'email' and attempts > 0;
create index hubspot_requests_failed on hubspot_requests (portal_id, at) where error is not null or status >= 400;
create index timeline_entries_failed on timeline_entries (portal_id, occurred_at) where status = 'failed';
`
