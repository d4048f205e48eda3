import type { Trx } from '#db/database.ts'

export interface Installer {
  connectedByUserId: string | null
  connectedByEmail: string | null
}

export async function findInstaller(trx: Trx, portalId: number): Promise<Installer | undefined> {
  return trx
    .selectFrom('installations')
    .where('portalId', '=', portalId)
    .select(['connectedByUserId', 'connectedByEmail'])
    .executeTakeFirst()
}

/** Locks the installation, so that two admins change the list one after the other. */
export async function lockInstaller(trx: Trx, portalId: number): Promise<Installer | undefined> {
  return trx
    .selectFrom('installations')
    .where('portalId', '=', portalId)
    .select(['connectedByUserId', 'connectedByEmail'])
    .forNoKeyUpdate()
    .executeTakeFirst()
}

export async function listEmails(trx: Trx, portalId: number): Promise<string[]> {
  const rows = await trx
    .selectFrom('admins')
    .where('portalId', '=', portalId)
    .select('email')
    .orderBy('addedAt')
    .orderBy('email')
    .execute()
  return rows.map((row) => row.email)
}

export async function removeOthers(trx: Trx, portalId: number, keep: string[]): Promise<void> {
  await trx.deleteFrom('admins').where('portalId', '=', portalId).where('email', 'not in', keep).execute()
}

export async function addEmails(
  trx: Trx,
  portalId: number,
  emails: string[],
  addedAt: Temporal.Instant,
  addedBy: string | null,
): Promise<void> {
  await trx
    .insertInto('admins')
    .values(emails.map((email) => ({ portalId, email, addedAt, addedBy })))
    .onConflict((conflict) => conflict.columns(['portalId', 'email']).doNothing())
    .execute()
}
