import { type Kysely, sql } from 'kysely'

/** What HubSpot tells besides stages and addresses, and what it is told of mails, opt-outs and won deals. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(FACTS).execute(db)
  await sql.raw(MAIL_RECORDS).execute(db)
  await sql.raw(CONVERSIONS).execute(db)
  await sql.raw(WALLS).execute(db)
  await sql.raw(LANE_KINDS).execute(db)
}

const FACTS = `
alter table deals
  add column is_closed boolean not null default false,
  -- Of any contact of the deal, as HubSpot counts.
  add column replied_at timestamptz,
  add column booked_at timestamptz,
  add column meeting_at timestamptz;
alter table contacts
  add column replied_at timestamptz,
  add column booked_at timestamptz,
  add column meeting_at timestamptz;

-- Only a change since the beginning stops an enrollment: a meeting that was planned before it, or an owner, is part of it.
alter table enrollments
  add column start_kept boolean not null default false,
  add column start_stage_id text,
  add column start_owner_id text,
  add column start_booked_at timestamptz,
  add column start_meeting_at timestamptz,
  add column resumed_at timestamptz;

-- What runs now counts as begun where its deal is: a deal that is closed already goes on as it did.
-- The owner is behind the wall too, and would see and update nothing.
alter table enrollments no force row level security;
alter table stage_entries no force row level security;
alter table deals no force row level security;
update enrollments e set start_stage_id = coalesce(
    (select s.stage_id from stage_entries s where s.portal_id = e.portal_id and s.id = e.stage_entry_id),
    (select d.stage_id from deals d where d.portal_id = e.portal_id and d.deal_id = e.deal_id)
  )
  where e.status in ('active', 'paused');
alter table enrollments force row level security;
alter table stage_entries force row level security;
alter table deals force row level security;
`

const MAIL_RECORDS = `
-- What an account wants HubSpot to know of our mails, and which opt-outs of HubSpot's count.
create table hubspot_mail_settings (
  portal_id bigint primary key references installations (portal_id),
  -- The subscription type of these mails in HubSpot; null: only an opt-out of everything counts.
  subscription_id text,
  subscription_name text,
  write_opt_outs text not null check (write_opt_outs in ('off', 'subscription', 'all')),
  log_mails boolean not null,
  changed_at timestamptz not null,
  changed_by text,
  -- Why nothing is written at present, as sentences; null while it works.
  opt_outs_problem text,
  log_problem text,
  check (write_opt_outs <> 'subscription' or subscription_id is not null)
);

-- An opt-out on its way to HubSpot, once per address.
create table opt_out_writes (
  portal_id bigint not null references installations (portal_id),
  address_hash bytea not null,
  -- Null once it is settled: the hash is enough to know that it was.
  address text,
  status text not null check (status in ('pending', 'done', 'refused')),
  reason text,
  queued_at timestamptz not null,
  settled_at timestamptz,
  primary key (portal_id, address_hash),
  check ((status = 'pending') = (address is not null))
);
create index opt_out_writes_pending on opt_out_writes (portal_id, queued_at) where status = 'pending';

-- A sent mail on its way into HubSpot's e-mails. HubSpot has no key against doubles: what is 'sending' is never sent again.
create table mail_records (
  portal_id bigint not null,
  delivery_id uuid not null,
  status text not null check (status in ('pending', 'sending', 'written', 'refused', 'unknown')),
  -- HubSpot's id of the e-mail.
  email_id text,
  reason text,
  queued_at timestamptz not null,
  settled_at timestamptz,
  primary key (portal_id, delivery_id),
  foreign key (portal_id, delivery_id) references deliveries (portal_id, id) on delete cascade
);
create index mail_records_open on mail_records (portal_id, queued_at) where status in ('pending', 'sending');
`

const CONVERSIONS = `
-- A deal that was won after a sequence began for it: told once for each.
create table conversions (
  portal_id bigint not null,
  deal_id text not null,
  sequence_id uuid not null,
  converted_at timestamptz not null,
  primary key (portal_id, deal_id, sequence_id),
  foreign key (portal_id, sequence_id) references sequences (portal_id, id)
);
`

const WALLS = `
do $$
declare t text;
begin
  foreach t in array array['hubspot_mail_settings', 'opt_out_writes', 'mail_records', 'conversions'] loop
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

/** Beside those that are allowed by now, whichever they are. */
const LANE_KINDS = `
do $$
declare allowed text;
begin
  select substring(pg_get_constraintdef(oid) from '^CHECK \\((.*)\\)$') into strict allowed
    from pg_constraint where conrelid = 'lanes'::regclass and conname = 'lanes_kind_check';
  alter table lanes drop constraint lanes_kind_check;
  execute format('alter table lanes add constraint lanes_kind_check check (%s or kind in (%L, %L))', allowed, 'opt_outs', 'mail_records');
end $$;
`
