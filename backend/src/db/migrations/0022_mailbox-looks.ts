import { type Kysely, sql } from 'kysely'

/** When mailboxes were looked into, the mails in them that could not be read, and pauses after an answer of somebody unknown. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(`
alter table senders
  -- Nothing that came before is read, also when the server numbers the mailbox anew. Null before the first look that read all there was.
  add column imap_begun_at timestamptz,
  -- When all that was there had been read, to the hour.
  add column imap_looked_at timestamptz,
  -- How often the mail after imap_last_uid failed.
  add column imap_tries integer not null default 0,
  -- Mails that were given up, the last one when and why.
  add column imap_passed_over integer not null default 0,
  add column imap_passed_over_at timestamptz,
  add column imap_passed_over_why text;
alter table mailbox_positions
  add column passed_over integer not null default 0,
  add column passed_over_at timestamptz,
  add column passed_over_why text;

alter table enrollments drop constraint enrollments_pause_reason_check;
alter table enrollments add constraint enrollments_pause_reason_check
  check (pause_reason in ('paused_by_user', 'out_of_office', 'other_replied', 'someone_replied'));

-- The owner is behind the wall too, and would find nothing.
alter table senders no force row level security;
alter table sending_domains no force row level security;
-- SPF was taken for the word of every mail server of a sender's own; the DNS is asked again before it counts.
update sending_domains d set passed = false, report = null, checked_at = null
  where exists (select from senders s
    where s.portal_id = d.portal_id and s.smtp_host is not null and split_part(s.address, '@', 2) = d.domain);
alter table sending_domains force row level security;
alter table senders force row level security;
`)
    .execute(db)
}
