import { type Kysely, sql } from 'kysely'

/** The rules of a mapping, entries that wait, approvals of large changes, and who was merged into whom. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(POLICY).execute(db)
}

const POLICY = `
-- The default is what every mapping did before it had rules.
alter table mappings add column policy jsonb not null default '{
  "target": {"kind": "all"}, "branches": [], "otherwise": "mapped_sequence", "dwellMinutes": 0,
  "passingThrough": "nobody", "movingBack": "enroll", "reEntry": "once_at_a_time", "coolDownDays": 0,
  "exclusive": false, "bulkLimit": null
}';

-- One answer for all entries of one large change.
create table approvals (
  portal_id bigint not null references installations (portal_id),
  id uuid not null,
  pipeline_id text not null,
  stage_id text not null,
  -- Who made the change; one open approval per stage and source.
  source text not null,
  status text not null check (status in ('waiting', 'approved', 'refused')),
  created_at timestamptz not null,
  answered_at timestamptz,
  answered_by text,
  primary key (portal_id, id)
);
create unique index approvals_open on approvals (portal_id, pipeline_id, stage_id, source) where status = 'waiting';

alter table approvals enable row level security;
alter table approvals force row level security;
create policy portal_wall on approvals for all to stagecue_app
  using (portal_id = nullif(current_setting('app.portal_id', true), '')::bigint)
  with check (portal_id = nullif(current_setting('app.portal_id', true), '')::bigint);
grant select, insert, update on approvals to stagecue_app;

alter table stage_entries
  -- When a waiting entry is decided.
  add column wait_until timestamptz,
  -- Who moved the deal, as the event said.
  add column change_source text,
  add column source_id text,
  add column approval_id uuid,
  add foreign key (portal_id, approval_id) references approvals (portal_id, id),
  drop constraint stage_entries_status_check,
  add constraint stage_entries_status_check check (status in ('decided', 'parked', 'waiting', 'awaiting_approval'));
drop index stage_entries_parked;
create index stage_entries_open on stage_entries (portal_id, deal_id) where status <> 'decided';
create index stage_entries_of_stage on stage_entries (portal_id, stage_id, entered_at);
create index stage_entries_of_approval on stage_entries (portal_id, approval_id) where approval_id is not null;

alter table decisions
  -- What would turn it round, as a sentence; null for decisions made before this was kept.
  add column nearest_change text,
  drop constraint decisions_outcome_check,
  add constraint decisions_outcome_check check (outcome in ('enrolled', 'not_enrolled', 'parked', 'awaiting_approval'));

-- A record that went into another one: its history counts as the other's.
alter table deals add column merged_into text;
create index deals_merged on deals (portal_id, merged_into) where merged_into is not null;
alter table contacts add column merged_into uuid;
create index contacts_merged on contacts (portal_id, merged_into) where merged_into is not null;
`
