import { type Kysely, sql } from 'kysely'

/** What came in by mail, how far each mailbox was read, and pauses that end by themselves. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(INCOMING).execute(db)
  await sql.raw(PAUSES).execute(db)
}

const INCOMING = `
-- One mail that was found to belong to a mail of ours, and what it did. No content and no address: those stay in the mailbox.
create table incoming_mails (
  portal_id bigint not null references installations (portal_id),
  id uuid not null,
  -- SHA-256 of the bytes. The same mail acts once, however often and on however many ways it comes.
  content_hash bytea not null,
  source text not null check (source in ('imap', 'mime')),
  received_at timestamptz not null,
  handled_at timestamptz not null,
  kind text not null,
  effect text not null,
  -- Sentences: why it was taken for this.
  evidence jsonb not null,
  enrollment_id uuid not null,
  -- Null when only the unsubscribe address named the enrollment.
  delivery_id uuid,
  primary key (portal_id, id),
  unique (portal_id, content_hash),
  foreign key (portal_id, enrollment_id) references enrollments (portal_id, id),
  foreign key (portal_id, delivery_id) references deliveries (portal_id, id)
);
create index incoming_mails_of_enrollment on incoming_mails (portal_id, enrollment_id, received_at);

alter table incoming_mails enable row level security;
alter table incoming_mails force row level security;
create policy portal_wall on incoming_mails for all to stagecue_app
  using (portal_id = nullif(current_setting('app.portal_id', true), '')::bigint)
  with check (portal_id = nullif(current_setting('app.portal_id', true), '')::bigint);
grant select, insert on incoming_mails to stagecue_app;

-- The operator's mailboxes, which hold mail for every portal: numbers only, nothing of anybody's.
create table mailbox_positions (
  -- Host and folder, without the user's password: "imap.example.com:993/INBOX".
  mailbox text primary key,
  -- The numbering that last_uid belongs to (RFC 3501, 2.3.1.1); 0 before the first read.
  uid_validity bigint not null,
  last_uid bigint not null,
  -- How often the mail after last_uid failed.
  failures integer not null,
  reader uuid,
  leased_until timestamptz
);
grant select, insert, update on mailbox_positions to stagecue_app;
`

const PAUSES = `
-- Null on rows from before: a person's pause.
alter table enrollments add column pause_reason text
  check (pause_reason in ('paused_by_user', 'out_of_office', 'other_replied'));
-- When a pause ends by itself; null: when a person resumes it.
alter table enrollments add column paused_until timestamptz;

alter table lanes drop constraint lanes_kind_check;
alter table lanes add constraint lanes_kind_check check (kind in ('events', 'steps', 'timeline', 'returns'));
`
