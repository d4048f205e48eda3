import { randomUUID } from 'node:crypto'
import type { Trx } from '#db/database.ts'

/** A mail that bounced although somebody clicked and opened it. */
export async function addTracked(
  trx: Trx,
  about: { portalId: number; deliveryId: string; enrollmentId: string },
  now: Temporal.Instant,
): Promise<void> {
  const { portalId, deliveryId } = about
  await trx.insertInto('bounces').values({ portalId, deliveryId, bouncedAt: now }).execute()
  await trx
    .insertInto('clicks')
    .values({ ...about, id: randomUUID(), link: 1, clickedAt: now, automatic: false })
    .execute()
  await trx
    .insertInto('opens')
    .values({ ...about, loadedBy: 'mail_program', firstAt: now })
    .execute()
}
