import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** `asked`: nothing has left yet; `sending`: its content was begun, and only the mail server knows how it ended. */
export type TestMailOutcome = 'asked' | 'sending' | 'accepted' | 'refused' | 'unconfirmed'

/** Makes those who ask for one person's mails wait for each other, so that two at once cannot count the same free place. */
export async function lockPerson(trx: Trx, portalId: number, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`test mails of ${portalId} ${userId}`}, 0))`.execute(trx)
}

/** When this person asked for test mails since then, oldest first. */
export async function selectAskedSince(
  trx: Trx,
  portalId: number,
  userId: string,
  since: Temporal.Instant,
): Promise<Temporal.Instant[]> {
  const rows = await trx
    .selectFrom('testMails')
    .where('portalId', '=', portalId)
    .where('userId', '=', userId)
    .where('askedAt', '>', since)
    .select('askedAt')
    .orderBy('askedAt')
    .execute()
  return rows.map(({ askedAt }) => askedAt)
}

export async function insertTestMail(
  trx: Trx,
  portalId: number,
  mail: { readonly id: string; readonly userId: string },
  askedAt: Temporal.Instant,
): Promise<void> {
  await trx
    .insertInto('testMails')
    .values({ portalId, ...mail, askedAt, outcome: 'asked' })
    .execute()
}

/** Forgets those that count for nothing any more. */
export async function deleteAskedBefore(trx: Trx, portalId: number, before: Temporal.Instant): Promise<void> {
  await trx.deleteFrom('testMails').where('portalId', '=', portalId).where('askedAt', '<', before).execute()
}

export async function findOutcome(trx: Trx, portalId: number, id: string): Promise<TestMailOutcome | undefined> {
  const row = await trx
    .selectFrom('testMails')
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .select('outcome')
    .executeTakeFirst()
  return row?.outcome
}

/** Moves it on; false when it is not where it was thought to be: somebody else has it. */
export async function moveOutcome(
  trx: Trx,
  portalId: number,
  id: string,
  from: TestMailOutcome,
  to: TestMailOutcome,
): Promise<boolean> {
  const row = await trx
    .updateTable('testMails')
    .set({ outcome: to })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .where('outcome', '=', from)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
