import { type Kysely, sql } from 'kysely'

/** Questions about what a draft would have done, and the scenarios that a draft is tried with. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(TABLES).execute(db)
  await sql.raw(WHAT_IF_LANE).execute(db)
}

const TABLES = `
-- The last question about a sequence and its answer: a new one replaces it, so there is one row per sequence at most.
create table what_if_runs (
  portal_id bigint not null,
  sequence_id uuid not null,
  -- Of this question: who answers an older one finds it gone.
  id uuid not null,
  status text not null check (status in ('waiting', 'reading', 'done', 'failed')),
  -- The stage that would start the sequence; null: the mappings that lead to it.
  stage jsonb,
  -- The draft that is asked about, as it was saved then.
  name text not null,
  definition jsonb not null,
  revision integer not null,
  deals_read integer not null default 0,
  deals_found integer not null default 0,
  -- Without names; contacts by HubSpot's id.
  report jsonb,
  -- The contacts in the report, which an erasure looks for.
  contact_ids text[] not null default '{}',
  problem text,
  asked_at timestamptz not null,
  asked_by text,
  primary key (portal_id, sequence_id),
  foreign key (portal_id, sequence_id) references sequences (portal_id, id)
);

-- What a draft must pass before it is published.
create table sequence_scenarios (
  portal_id bigint not null,
  sequence_id uuid not null,
  scenarios jsonb not null,
  revision integer not null default 1,
  updated_at timestamptz not null,
  updated_by text,
  primary key (portal_id, sequence_id),
  foreign key (portal_id, sequence_id) references sequences (portal_id, id)
);

do $$
declare t text;
begin
  foreach t in array array['what_if_runs', 'sequence_scenarios'] loop
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
const WHAT_IF_LANE = `
do $$
declare allowed text;
begin
  select substring(pg_get_constraintdef(oid) from '^CHECK \\((.*)\\)$') into strict allowed
    from pg_constraint where conrelid = 'lanes'::regclass and conname = 'lanes_kind_check';
  alter table lanes drop constraint lanes_kind_check;
  execute format('alter table lanes add constraint lanes_kind_check check (%s or kind = %L)', allowed, 'what_if');
end $$;
`
