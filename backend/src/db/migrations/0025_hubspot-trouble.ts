import { type Kysely, sql } from 'kysely'

/** What it takes to outlast HubSpot's trouble: a connection is given up only after it was refused for a while. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(REFUSALS + MAIL_RECORDS).execute(db)
}

const REFUSALS = `
-- Since when HubSpot has taken no access token of this grant, and how many fresh ones it has refused since then.
alter table oauth_tokens add column refused_since timestamptz, add column refusals integer not null default 0;
`

const MAIL_RECORDS = `
-- HubSpot's answer was silent about this e-mail: before it is created it is looked for.
alter table mail_records add column look_first boolean not null default false;
`
