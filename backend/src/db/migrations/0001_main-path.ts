import { type Kysely, sql } from 'kysely'

/**
 * The tables of the main path: installation → events → stage entries → decisions → enrollments → step runs → deliveries →
 * timeline. Every tenant table starts its keys with `portal_id` (distribution rule 1) and is walled by row-level security
 * (`WALL` below). Times are `timestamptz`, written by the app's clock, never by the database's.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(ROLES).execute(db)
  await sql.raw(TABLES).execute(db)
  await sql.raw(WALL).execute(db)
}

/**
 * stagecue_app      everything of one portal, after that portal was set for the transaction
 * stagecue_intake   stores events of any portal; reads no payload, no token, no person
 * stagecue_dispatch sees which portal has work due; nothing else
 * Roles belong to the whole server: another database of it, or another process, may have made them a moment ago.
 */
const ROLES = `
do $$
declare r text;
begin
  foreach r in array array['stagecue_app', 'stagecue_intake', 'stagecue_dispatch'] loop
    begin
      if not exists (select from pg_roles where rolname = r) then
        execute format('create role %I nologin noinherit nobypassrls', r);
      end if;
    exception when duplicate_object or unique_violation then null;
    end;
    begin
      -- Since Postgres 16 making a role gives membership without SET: only the grant gives that.
      execute format('grant %I to %I', r, session_user);
    exception
      when unique_violation then null;
      when insufficient_privilege then
        -- An administrator made and granted the roles before.
        if not pg_has_role(session_user, r, 'member') then raise; end if;
    end;
  end loop;
end $$;
`

const TABLES = `
create table installations (
  portal_id bigint primary key,
  status text not null check (status in ('connected', 'inactive', 'disconnected')),
  status_reason text,
  status_at timestamptz not null,
  account_name text,
  ui_domain text,
  time_zone text,
  scopes text[] not null default '{}',
  connected_at timestamptz not null,
  connected_by_user_id text,
  connected_by_email text,
  from_name text,
  reply_to text,
  postal_address text,
  pipelines_refreshed_at timestamptz
);

-- Sealed by TOKEN_KEYS; the row is deleted on disconnect. token_version is the compare-and-set of a refresh.
create table oauth_tokens (
  portal_id bigint primary key references installations (portal_id),
  access_token text not null,
  refresh_token text not null,
  expires_at timestamptz not null,
  token_version integer not null default 1,
  refresh_claim uuid,
  refresh_claimed_until timestamptz
);

create table admins (
  portal_id bigint not null references installations (portal_id),
  email text not null,
  added_at timestamptz not null,
  added_by text,
  primary key (portal_id, email)
);

-- Not a tenant table: the portal is unknown until the person has chosen it. Holds a hash, no person.
create table oauth_states (
  state_hash bytea primary key,
  expires_at timestamptz not null
);

-- The queue is the ledger. The key is the fact, not the delivery: HubSpot's eventId, subscriptionId and attemptNumber change.
create table events (
  portal_id bigint not null,
  occurred_at timestamptz not null,
  subscription_type text not null,
  object_id text not null,
  dedupe_hash bytea not null,
  id bigint generated always as identity,
  lane_key text not null,
  deal_id text,
  status text not null default 'pending' check (status in ('pending', 'done', 'dead', 'ignored')),
  attempts smallint not null default 0,
  reason_code text,
  reason text,
  payload jsonb not null,
  received_at timestamptz not null,
  processed_at timestamptz,
  primary key (portal_id, occurred_at, subscription_type, object_id, dedupe_hash),
  unique (portal_id, id)
);
create index events_pending on events (portal_id, lane_key, occurred_at, id) where status = 'pending';
create index events_dead on events (portal_id, id) where status = 'dead';

-- When work is due next: one row per (kind, portal, key). Its row lock is the claim, not_before its lease or backoff.
create table lanes (
  portal_id bigint not null,
  kind text not null check (kind in ('events', 'steps', 'timeline')),
  key text not null,
  due_at timestamptz not null,
  not_before timestamptz,
  lease uuid,
  attempts smallint not null default 0,
  primary key (portal_id, kind, key)
);
-- Whose turn is next: portals one after another, so that a flood of one delays no other.
create index lanes_by_portal on lanes (kind, portal_id, due_at);

create table pipelines (
  portal_id bigint not null references installations (portal_id),
  pipeline_id text not null,
  label text not null,
  display_order integer not null,
  archived boolean not null default false,
  primary key (portal_id, pipeline_id)
);

create table stages (
  portal_id bigint not null,
  pipeline_id text not null,
  stage_id text not null,
  label text not null,
  display_order integer not null,
  is_closed boolean not null,
  archived boolean not null default false,
  primary key (portal_id, pipeline_id, stage_id),
  foreign key (portal_id, pipeline_id) references pipelines (portal_id, pipeline_id)
);

create table sequences (
  portal_id bigint not null references installations (portal_id),
  id uuid not null,
  name text not null,
  status text not null check (status in ('draft', 'active', 'paused', 'archived')),
  version integer,
  draft jsonb not null,
  draft_published boolean not null default false,
  revision integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (portal_id, id)
);
create unique index sequences_name on sequences (portal_id, lower(name)) where status <> 'archived';

-- A published version never changes: the app role may insert and read, nothing else.
create table sequence_versions (
  portal_id bigint not null,
  sequence_id uuid not null,
  version integer not null,
  definition jsonb not null,
  published_at timestamptz not null,
  published_by text,
  primary key (portal_id, sequence_id, version),
  foreign key (portal_id, sequence_id) references sequences (portal_id, id)
);

create table mappings (
  portal_id bigint not null references installations (portal_id),
  pipeline_id text not null,
  stage_id text not null,
  sequence_id uuid not null,
  active boolean not null,
  updated_at timestamptz not null,
  primary key (portal_id, pipeline_id, stage_id),
  -- The pair keeps a mapping from pointing at another portal's sequence.
  foreign key (portal_id, sequence_id) references sequences (portal_id, id)
);

create table deals (
  portal_id bigint not null,
  deal_id text not null,
  name text,
  pipeline_id text,
  stage_id text,
  stage_entered_at timestamptz,
  amount text,
  close_date text,
  owner_id text,
  deleted boolean not null default false,
  read_at timestamptz not null,
  primary key (portal_id, deal_id)
);

create table contacts (
  portal_id bigint not null,
  id uuid not null,
  contact_id text not null,
  email text,
  first_name text,
  last_name text,
  phone text,
  company text,
  opted_out boolean not null default false,
  deleted boolean not null default false,
  read_at timestamptz not null,
  primary key (portal_id, id)
);
-- HubSpot's id may move to another record on a merge; the address is who the person is to us.
create unique index contacts_email on contacts (portal_id, email) where email is not null;
create unique index contacts_hubspot_id on contacts (portal_id, contact_id);

create table deal_contacts (
  portal_id bigint not null,
  deal_id text not null,
  contact_id text not null,
  seen_at timestamptz not null,
  primary key (portal_id, deal_id, contact_id)
);

-- One real entry of a deal into a stage, named by the history of dealstage: creation and propertyChange tell the same one.
create table stage_entries (
  portal_id bigint not null,
  id uuid not null,
  deal_id text not null,
  pipeline_id text not null,
  stage_id text not null,
  entered_at timestamptz not null,
  event_id bigint,
  status text not null check (status in ('decided', 'parked')),
  created_at timestamptz not null,
  primary key (portal_id, id),
  unique (portal_id, deal_id, stage_id, entered_at)
);
create index stage_entries_parked on stage_entries (portal_id, deal_id) where status = 'parked';

-- Why somebody was or was not enrolled: every evaluated condition with its values. No personal data inside.
create table decisions (
  portal_id bigint not null,
  id uuid not null,
  deal_id text not null,
  event_id bigint,
  stage_entry_id uuid,
  contact_id text,
  sequence_id uuid,
  outcome text not null check (outcome in ('enrolled', 'not_enrolled', 'parked')),
  reason text not null,
  trace jsonb not null,
  decided_at timestamptz not null,
  primary key (portal_id, id),
  foreign key (portal_id, stage_entry_id) references stage_entries (portal_id, id)
);
create index decisions_of_deal on decisions (portal_id, deal_id, decided_at);
create index decisions_of_event on decisions (portal_id, event_id);

create table enrollments (
  portal_id bigint not null,
  id uuid not null,
  sequence_id uuid not null,
  version integer not null,
  deal_id text not null,
  contact_id uuid not null,
  stage_entry_id uuid,
  -- The stage whose leaving stops it; null when a person started it.
  pipeline_id text,
  stage_id text,
  source text not null check (source in ('stage', 'manual')),
  status text not null check (status in ('active', 'paused', 'completed', 'stopped')),
  stop_reason text,
  step_position integer not null,
  step_count integer not null,
  -- What was left of the running wait when it was paused, in milliseconds.
  paused_remaining bigint,
  enrolled_at timestamptz not null,
  enrolled_by text,
  ended_at timestamptz,
  updated_at timestamptz not null,
  primary key (portal_id, id),
  foreign key (portal_id, sequence_id, version) references sequence_versions (portal_id, sequence_id, version),
  foreign key (portal_id, contact_id) references contacts (portal_id, id)
);
create unique index enrollments_one_active on enrollments (portal_id, sequence_id, deal_id, contact_id) where status in ('active', 'paused');
create index enrollments_of_deal on enrollments (portal_id, deal_id);
create index enrollments_of_contact on enrollments (portal_id, contact_id);

create table step_runs (
  portal_id bigint not null,
  id uuid not null,
  enrollment_id uuid not null,
  step_id text not null,
  position integer not null,
  kind text not null check (kind in ('email', 'wait')),
  status text not null check (status in ('scheduled', 'sending', 'sent', 'done', 'skipped', 'held', 'failed', 'unconfirmed', 'canceled')),
  due_at timestamptz not null,
  -- Why then, or why not: the sentence the card shows.
  why text not null,
  epoch integer not null default 1,
  attempts smallint not null default 0,
  -- The fence: a worker with an older number never changes the row.
  claim_no integer not null default 0,
  lease_until timestamptz,
  settled_at timestamptz,
  primary key (portal_id, id),
  unique (portal_id, enrollment_id, step_id, epoch),
  foreign key (portal_id, enrollment_id) references enrollments (portal_id, id)
) with (fillfactor = 85);
create index step_runs_due on step_runs (portal_id, due_at) where status = 'scheduled';
create index step_runs_leased on step_runs (portal_id, lease_until) where status = 'sending';
create index step_runs_waiting_for_person on step_runs (portal_id, enrollment_id) where status in ('held', 'failed', 'unconfirmed');

-- The outbox: the frozen bytes of one mail, so that a retry is the same mail. At most one per step run and epoch.
create table deliveries (
  portal_id bigint not null,
  id uuid not null,
  step_run_id uuid not null,
  enrollment_id uuid not null,
  epoch integer not null,
  status text not null check (status in ('sending', 'sending_data', 'accepted', 'refused', 'unconfirmed', 'canceled')),
  message_id text not null,
  recipient text,
  subject text,
  mime bytea,
  claim_no integer not null,
  lease_until timestamptz not null,
  response text,
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (portal_id, id),
  unique (portal_id, step_run_id, epoch),
  unique (portal_id, message_id),
  foreign key (portal_id, step_run_id) references step_runs (portal_id, id)
);
create index deliveries_of_enrollment on deliveries (portal_id, enrollment_id);

-- The hash outlives an erasure; the address does not.
create table suppressions (
  portal_id bigint not null,
  address_hash bytea not null,
  address text,
  reason text not null check (reason in ('unsubscribed', 'bounced', 'complained', 'erased')),
  created_at timestamptz not null,
  primary key (portal_id, address_hash)
);

-- Append-only: the app role may insert and read, nothing else. Ids, no personal data of contacts.
create table activities (
  portal_id bigint not null,
  id uuid not null,
  at timestamptz not null,
  kind text not null,
  actor_kind text not null,
  actor text,
  deal_id text,
  contact_id text,
  enrollment_id uuid,
  subject_id text,
  data jsonb not null,
  primary key (portal_id, id)
);
create index activities_of_deal on activities (portal_id, deal_id, at);

-- What HubSpot's timeline should show; id is HubSpot's idempotency key.
create table timeline_entries (
  portal_id bigint not null,
  id uuid not null,
  event_type text not null,
  object_type text not null check (object_type in ('deal', 'contact')),
  object_id text not null,
  properties jsonb not null,
  occurred_at timestamptz not null,
  status text not null default 'pending' check (status in ('pending', 'published', 'failed')),
  reason text,
  published_at timestamptz,
  primary key (portal_id, id)
);
create index timeline_entries_pending on timeline_entries (portal_id, occurred_at) where status = 'pending';
create index timeline_entries_of_object on timeline_entries (portal_id, object_type, object_id);

-- The answer of a change by its key: HubSpot's proxy repeats a call on its own, and people click twice.
create table idempotency_keys (
  portal_id bigint not null,
  key text not null,
  operation text not null,
  input_hash bytea not null,
  answer jsonb,
  created_at timestamptz not null,
  primary key (portal_id, key)
);

-- One GCRA cell per budget, shared by all processes.
create table hubspot_budgets (
  portal_id bigint not null,
  family text not null,
  arrival_at timestamptz not null,
  primary key (portal_id, family)
);

create table hubspot_requests (
  portal_id bigint not null,
  id uuid not null,
  at timestamptz not null,
  method text not null,
  path text not null,
  status smallint,
  duration_ms real not null,
  request text,
  response text,
  error text,
  primary key (portal_id, id)
);
create index hubspot_requests_at on hubspot_requests (portal_id, at);
`

/** Row-level security on every tenant table, then the grants. A test compares this with the catalog. */
const WALL = `
do $$
declare t text;
begin
  for t in
    select c.table_name from information_schema.columns c
    join information_schema.tables x on x.table_schema = c.table_schema and x.table_name = c.table_name and x.table_type = 'BASE TABLE'
    where c.table_schema = current_schema() and c.column_name = 'portal_id'
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy portal_wall on %I for all to stagecue_app
         using (portal_id = nullif(current_setting(''app.portal_id'', true), '''')::bigint)
         with check (portal_id = nullif(current_setting(''app.portal_id'', true), '''')::bigint)', t);
    execute format('grant select, insert, update, delete on %I to stagecue_app', t);
  end loop;
end $$;

revoke update, delete on activities from stagecue_app;
revoke update, delete on sequence_versions from stagecue_app;
grant select, insert, delete on oauth_states to stagecue_app;

-- Intake stores events of many portals in one statement; it sees keys only.
create policy intake on events for all to stagecue_intake using (true) with check (true);
grant insert on events to stagecue_intake;
grant select (portal_id, occurred_at, subscription_type, object_id, dedupe_hash, id, lane_key, status) on events to stagecue_intake;
create policy intake on lanes for all to stagecue_intake using (true) with check (true);
grant select, insert, update on lanes to stagecue_intake;
create policy intake on installations for select to stagecue_intake using (true);
grant select (portal_id, status) on installations to stagecue_intake;

-- Dispatch finds whose turn it is; what is due it cannot read.
create policy dispatch on lanes for all to stagecue_dispatch using (true) with check (true);
grant select, update on lanes to stagecue_dispatch;
create policy dispatch on installations for select to stagecue_dispatch using (true);
grant select (portal_id, status) on installations to stagecue_dispatch;
`
