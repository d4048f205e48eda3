import { type Insertable, sql } from 'kysely'
import type { Database, Trx } from '#db/database.ts'
import type { InstallationsTable } from '#db/tables.ts'
import type { InstallationStatus } from '#shared/vocabulary.ts'

const installationColumns = [
  'portalId',
  'status',
  'statusReason',
  'statusAt',
  'accountName',
  'uiDomain',
  'timeZone',
  'scopes',
  'connectedAt',
  'connectedByEmail',
] as const

export type InstallationRow = Pick<InstallationsTable, (typeof installationColumns)[number]>

export async function findInstallation(trx: Trx, portalId: number): Promise<InstallationRow | undefined> {
  return trx.selectFrom('installations').where('portalId', '=', portalId).select(installationColumns).executeTakeFirst()
}

/** Locks the installation: whoever changes what the connection is takes this lock first, and the tokens after it. */
export async function lockInstallation(trx: Trx, portalId: number): Promise<InstallationRow | undefined> {
  return trx
    .selectFrom('installations')
    .where('portalId', '=', portalId)
    .select(installationColumns)
    .forNoKeyUpdate()
    .executeTakeFirst()
}

/** The status, which nobody changes before the transaction ends. */
export async function shareInstallation(trx: Trx, portalId: number): Promise<InstallationStatus | undefined> {
  const row = await trx
    .selectFrom('installations')
    .where('portalId', '=', portalId)
    .select('status')
    .forShare()
    .executeTakeFirst()
  return row?.status
}

type Connected = Pick<
  Insertable<InstallationsTable>,
  | 'portalId'
  | 'accountName'
  | 'uiDomain'
  | 'timeZone'
  | 'scopes'
  | 'connectedAt'
  | 'connectedByUserId'
  | 'connectedByEmail'
>

/** Adds the installation or connects it again; the sender's settings and everything that hangs on the portal stay. */
export async function upsertConnected(trx: Trx, installation: Connected, now: Temporal.Instant): Promise<void> {
  const status = { status: 'connected' as const, statusReason: null, statusAt: now }
  await trx
    .insertInto('installations')
    .values({
      ...installation,
      ...status,
      fromName: null,
      replyTo: null,
      postalAddress: null,
      pipelinesRefreshedAt: null,
    })
    .onConflict((conflict) => conflict.column('portalId').doUpdateSet({ ...installation, ...status }))
    .execute()
}

export async function setStatus(
  trx: Trx,
  portalId: number,
  status: InstallationStatus,
  reason: string,
  now: Temporal.Instant,
): Promise<void> {
  await trx
    .updateTable('installations')
    .set({ status, statusReason: reason, statusAt: now })
    .where('portalId', '=', portalId)
    .execute()
}

export async function insertAdmin(trx: Trx, portalId: number, email: string, now: Temporal.Instant): Promise<void> {
  await trx
    .insertInto('admins')
    .values({ portalId, email, addedAt: now, addedBy: null })
    .onConflict((conflict) => conflict.columns(['portalId', 'email']).doNothing())
    .execute()
}

/** Lanes that wait for a retry come due now; one that a worker holds stays with it. */
export async function wakeLanes(trx: Trx, portalId: number, now: Temporal.Instant): Promise<void> {
  await trx
    .updateTable('lanes')
    .set({ dueAt: sql`least(due_at, ${now})`, notBefore: null, attempts: 0 })
    .where('portalId', '=', portalId)
    .where('lease', 'is', null)
    .execute()
}

/** Takes the work away from workers too: a turn whose lane is gone settles nothing (db/lanes.ts, holdTurn). */
export async function deleteLanes(trx: Trx, portalId: number): Promise<void> {
  await trx
    .deleteFrom('lanes')
    .where('portalId', '=', portalId)
    .where('kind', 'in', ['events', 'steps', 'pipelines'])
    .execute()
}

export async function ignorePendingEvents(
  trx: Trx,
  portalId: number,
  reason: string,
  now: Temporal.Instant,
): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('events')
    .set({ status: 'ignored', reason, processedAt: now })
    .where('portalId', '=', portalId)
    .where('status', '=', 'pending')
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Remembers the hash of a state and forgets those that ran out. Not a tenant's table: no portal is known yet. */
export async function insertState(
  db: Database,
  stateHash: Buffer,
  now: Temporal.Instant,
  expiresAt: Temporal.Instant,
): Promise<void> {
  await db.deleteFrom('oauthStates').where('expiresAt', '<=', now).execute()
  await db.insertInto('oauthStates').values({ stateHash, expiresAt }).execute()
}

/** Takes a state out; true only for the first one to ask, and only in time. */
export async function deleteState(db: Database, stateHash: Buffer, now: Temporal.Instant): Promise<boolean> {
  const row = await db
    .deleteFrom('oauthStates')
    .where('stateHash', '=', stateHash)
    .returning('expiresAt')
    .executeTakeFirst()
  return row !== undefined && Temporal.Instant.compare(now, row.expiresAt) < 0
}
