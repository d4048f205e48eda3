/** What HubSpot and the admin told us: installation, events, pipelines, sequences, deals and contacts. */
export const WHAT_WE_KNOW = `
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
`
