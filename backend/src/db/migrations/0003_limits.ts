import { type Kysely, sql } from 'kysely'

/** The stops that the gate of every mail reads. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(STOPS).execute(db)
}

const STOPS = `
-- The kill switch and the state of the bounce breaker. A lifted stop stays: who stopped what, when and why, and who lifted it.
create table sending_stops (
  portal_id bigint not null references installations (portal_id),
  id uuid not null,
  -- Null: the whole portal.
  sequence_id uuid,
  -- first: only mails to people whose enrollment has sent them none yet.
  mails text not null check (mails in ('all', 'first')),
  cause text not null check (cause in ('person', 'bounces')),
  reason text not null,
  stopped_at timestamptz not null,
  stopped_by text not null,
  lifted_at timestamptz,
  lifted_by text,
  primary key (portal_id, id),
  foreign key (portal_id, sequence_id) references sequences (portal_id, id)
);
create unique index sending_stops_open on sending_stops (portal_id, sequence_id, cause) nulls not distinct where lifted_at is null;

alter table sending_stops enable row level security;
alter table sending_stops force row level security;
create policy portal_wall on sending_stops for all to stagecue_app
  using (portal_id = nullif(current_setting('app.portal_id', true), '')::bigint)
  with check (portal_id = nullif(current_setting('app.portal_id', true), '')::bigint);
grant select, insert, update on sending_stops to stagecue_app;
`
