import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { inSavepoint } from '#db/in-savepoint.ts'
import { sqlState } from '#db/retry-serialization.ts'

/** Any number that nothing else of ours locks: processes that start together look one after the other. */
const LOOKING = 71_220_022

export async function lockIdentities(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOOKING})`.execute(trx)
}

/** Postgres (appendix A): not supported, no right or no such function, not in this state, raised by a function, internal. */
const NOT_TOLD = ['0A', '42', '55', 'P0', 'XX']

/**
 * What tells this database from a restored copy of it: the cluster and its timeline (a base backup that was recovered, and a
 * standby that took over, begin another), the database, and a table's number (a dump makes both anew). Hosting providers may
 * keep the first two to themselves, by right or by functions that only fail.
 */
export async function readIdentity(trx: Trx): Promise<string> {
  const own = await sql<{ identity: string }>`
    select 'database ' || d.oid || ' table ' || 'database_identities'::regclass::oid as identity
    from pg_database d where d.datname = current_database()
  `.execute(trx)
  const cluster = await inSavepoint(trx, () => readCluster(trx)).catch((error: unknown) => {
    // Anything else, a lost connection for one, would make the same database look like another at the next start.
    if (!NOT_TOLD.includes(sqlState(error).slice(0, 2))) throw error
    return undefined
  })
  return [cluster, own.rows[0]?.identity].filter((part) => part !== undefined).join(' ')
}

async function readCluster(trx: Trx): Promise<string | undefined> {
  // The timeline that is written now, the first 8 digits of the log file's name. That of the last checkpoint
  // (pg_control_checkpoint) is the old one until the first checkpoint after a promotion, which may take minutes.
  const { rows } = await sql<{ identity: string }>`
    select 'cluster ' || s.system_identifier
      || ' timeline ' || ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int as identity
    from pg_control_system() s
  `.execute(trx)
  return rows[0]?.identity
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
