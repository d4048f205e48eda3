import { type Kysely, sql } from 'kysely'

/** Who mails come from, which owner of a deal each sender stands for, and what the DNS said about their domains. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(SENDERS).execute(db)
  await sql.raw(OWNERS_AND_DOMAINS).execute(db)
  await sql.raw(ACCOUNT_SENDER).execute(db)
  await sql.raw(WALL).execute(db)
  await sql.raw(MAILBOX_LANE).execute(db)
}

const SENDERS = `
create table senders (
  portal_id bigint not null references installations (portal_id),
  id uuid not null,
  -- Null: the account's own address in the operator's domain; its names are the installation's. Never changed: who wrote stays who wrote.
  address text,
  from_name text,
  -- Null: answers go to the address.
  reply_to text,
  signature text not null default '',
  -- Null: the installation's mail server.
  smtp_host text,
  smtp_port integer,
  smtp_tls text check (smtp_tls in ('tls', 'starttls')),
  smtp_user text,
  -- Sealed by TOKEN_KEYS; erased on disconnect.
  smtp_password text,
  -- Where answers to it arrive; null: nobody reads them for us.
  imap_host text,
  imap_port integer,
  imap_tls text check (imap_tls in ('tls', 'starttls')),
  imap_user text,
  imap_password text,
  -- How far it was read (RFC 3501, 2.3.1.1); 0 before the first look, which reads nothing that was there before.
  imap_uid_validity bigint not null default 0,
  imap_last_uid bigint not null default 0,
  imap_problem text,
  -- Mails a day; null: no cap of its own.
  daily_cap integer check (daily_cap > 0),
  -- The first day's cap and what each day adds, until the cap; null: the cap at once.
  ramp_start integer check (ramp_start > 0),
  ramp_step integer check (ramp_step > 0),
  ramp_since timestamptz,
  active boolean not null default true,
  is_default boolean not null default false,
  -- Why its own mail server could not be used last, in that server's words; null while it works.
  problem text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (portal_id, id),
  check ((smtp_host is null) = (smtp_port is null) and (smtp_host is null) = (smtp_tls is null)),
  check ((imap_host is null) = (imap_port is null) and (imap_host is null) = (imap_tls is null)),
  check ((ramp_start is null) = (ramp_step is null) and (ramp_start is null) = (ramp_since is null))
);
create unique index senders_address on senders (portal_id, address) nulls not distinct;
create unique index senders_default on senders (portal_id) where is_default;

alter table deliveries
  -- Null: from before there were senders, so the account's own.
  add column sender_id uuid,
  -- Counted by it and by its domain.
  add column from_address text,
  add foreign key (portal_id, sender_id) references senders (portal_id, id);
`

const OWNERS_AND_DOMAINS = `
create table owners (
  portal_id bigint not null references installations (portal_id),
  -- HubSpot's; a deal names it in hubspot_owner_id.
  owner_id text not null,
  -- Normalized; null for a queue, and for an address that nobody could write to.
  email text,
  name text not null,
  archived boolean not null,
  -- Otherwise the sender with the owner's address.
  linked_by_hand boolean not null default false,
  -- Only by hand; null then: none, so the default.
  sender_id uuid,
  primary key (portal_id, owner_id),
  foreign key (portal_id, sender_id) references senders (portal_id, id)
);

create table sending_domains (
  portal_id bigint not null references installations (portal_id),
  domain text not null,
  -- Mails a day from all addresses of the domain; null: no cap.
  daily_cap integer check (daily_cap > 0),
  -- What the DNS said last; null: never asked.
  report jsonb,
  checked_at timestamptz,
  -- Enough of it is right to send.
  passed boolean not null default false,
  -- The domain's DNS names this account.
  proven boolean not null default false,
  primary key (portal_id, domain)
);

alter table installations add column owners_refreshed_at timestamptz;
`

/** Every account has its own sender from the beginning, so that nobody who connects one can forget it. */
const ACCOUNT_SENDER = `
create function begin_account_sender() returns trigger language plpgsql as $$
begin
  insert into senders (portal_id, id, is_default, created_at, updated_at)
  values (new.portal_id, md5('account sender ' || new.portal_id)::uuid, true, new.connected_at, new.connected_at);
  return null;
end $$;
create trigger installations_account_sender after insert on installations
  for each row execute function begin_account_sender();

-- The owner is behind the wall too, and would find nothing.
alter table installations no force row level security;
insert into senders (portal_id, id, is_default, created_at, updated_at)
  select portal_id, md5('account sender ' || portal_id)::uuid, true, connected_at, connected_at from installations;
alter table installations force row level security;
`

const WALL = `
do $$
declare t text;
begin
  foreach t in array array['senders', 'owners', 'sending_domains'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy portal_wall on %I for all to stagecue_app
         using (portal_id = nullif(current_setting(''app.portal_id'', true), '''')::bigint)
         with check (portal_id = nullif(current_setting(''app.portal_id'', true), '''')::bigint)', t);
  end loop;
end $$;
-- A sender is switched off, never deleted: mails name it.
grant select, insert, update on senders to stagecue_app;
grant select, insert, update on owners to stagecue_app;
grant select, insert, update on sending_domains to stagecue_app;
`

/** When each sender's mailbox is read next. One more kind of lane beside those that are allowed by now, whichever they are. */
const MAILBOX_LANE = `
do $$
declare allowed text;
begin
  select substring(pg_get_constraintdef(oid) from '^CHECK \\((.*)\\)$') into strict allowed
    from pg_constraint where conrelid = 'lanes'::regclass and conname = 'lanes_kind_check';
  alter table lanes drop constraint lanes_kind_check;
  execute format('alter table lanes add constraint lanes_kind_check check (%s or kind = %L)', allowed, 'mailboxes');
end $$;
`
