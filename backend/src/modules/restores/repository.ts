import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** Any number that nothing else of ours locks: processes that start together look one after the other. */
const LOOKING = 71_220_022

export async function lockIdentities(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOOKING})`.execute(trx)
}

/**
 * What tells this database from a restored copy of it: the cluster and its timeline (a base backup that was recovered, and a
 * standby that took over, begin another), the database, and a table's number (a dump makes both anew). Hosting providers may
 * keep the first two to themselves.
 */
export async function readIdentity(trx: Trx): Promise<string> {
  const allowed = await sql<{ allowed: boolean }>`
    select has_function_privilege('pg_control_system()', 'execute')
      and has_function_privilege('pg_current_wal_lsn()', 'execute')
      and has_function_privilege('pg_walfile_name(pg_lsn)', 'execute') as allowed
  `.execute(trx)
  const own = await sql<{ identity: string }>`
    select 'database ' || d.oid || ' table ' || 'database_identities'::regclass::oid as identity
    from pg_database d where d.datname = current_database()
  `.execute(trx)
  const identity = own.rows[0]?.identity ?? ''
  if (!allowed.rows[0]?.allowed) return identity
  // The timeline that is written now, the first 8 digits of the log file's name. That of the last checkpoint
  // (pg_control_checkpoint) is the old one until the first checkpoint after a promotion, which may take minutes.
  const cluster = await sql<{ identity: string }>`
    select 'cluster ' || s.system_identifier
      || ' timeline ' || ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int as identity
    from pg_control_system() s
  `.execute(trx)
  return `${cluster.rows[0]?.identity ?? ''} ${identity}`
}

/** The identity that was seen last. */
export async function findLastIdentity(trx: Trx): Promise<string | undefined> {
  const row = await trx
    .selectFrom('databaseIdentities')
    .select('identity')
    .orderBy('seenAt', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.identity
}

export async function insertIdentity(
  trx: Trx,
  seen: { seenAt: Temporal.Instant; identity: string; restored: boolean },
): Promise<void> {
  await trx.insertInto('databaseIdentities').values(seen).execute()
}

export async function findLastRestore(trx: Trx): Promise<Temporal.Instant | undefined> {
  const row = await trx
    .selectFrom('databaseIdentities')
    .where('restored', '=', true)
    .select('seenAt')
    .orderBy('seenAt', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.seenAt
}
