/** What came of it: stage entries, decisions, enrollments, step runs, deliveries, journals and budgets. */
export const WHAT_WE_DO = `
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
