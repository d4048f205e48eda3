import { type Kysely, sql } from 'kysely'

/** Mails that admins send to themselves: counted for their limit, and each handed over at most once. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(TEST_MAILS).execute(db)
}

const TEST_MAILS = `
-- Neither the text nor the address is kept, and a row only for a day.
create table test_mails (
  portal_id bigint not null references installations (portal_id),
  id uuid not null,
  -- HubSpot's id of the person who asked, the only one who gets it.
  user_id text not null,
  asked_at timestamptz not null,
  outcome text not null check (outcome in ('asked', 'sending', 'accepted', 'refused', 'unconfirmed')),
  primary key (portal_id, id)
);
create index test_mails_asked on test_mails (portal_id, user_id, asked_at);

alter table test_mails enable row level security;
alter table test_mails force row level security;
create policy portal_wall on test_mails for all to stagecue_app
  using (portal_id = nullif(current_setting('app.portal_id', true), '')::bigint)
  with check (portal_id = nullif(current_setting('app.portal_id', true), '')::bigint);
grant select, insert, update, delete on test_mails to stagecue_app;
`
