import type { Trx } from '#db/database.ts'
import { hashAddress } from '#modules/suppressions/hash-address.ts'

/** What HubSpot is told of a portal's mails and opt-outs, with `mark` in every text. */
export async function addMailRecords(
  trx: Trx,
  { portalId, mark, now, sequenceId }: { portalId: number; mark: string; now: Temporal.Instant; sequenceId: string },
): Promise<void> {
  const problems = { optOutsProblem: mark, logProblem: mark }
  await trx
    .insertInto('hubspotMailSettings')
    .values({
      ...{ portalId, subscriptionId: '1002', subscriptionName: `Type ${mark}`, writeOptOuts: 'subscription' },
      ...{ logMails: true, changedAt: now, changedBy: mark, ...problems },
    })
    .execute()
  const address = `left@${mark}.example`
  await trx
    .insertInto('optOutWrites')
    .values({
      ...{ portalId, addressHash: hashAddress(portalId, address), address, status: 'pending' },
      ...{ reason: mark, queuedAt: now, settledAt: null },
    })
    .execute()
  const { id: deliveryId } = await trx
    .selectFrom('deliveries')
    .where('portalId', '=', portalId)
    .select('id')
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('mailRecords')
    .values({ portalId, deliveryId, status: 'refused', emailId: null, reason: mark, queuedAt: now, settledAt: now })
    .execute()
  await trx.insertInto('conversions').values({ portalId, dealId: mark, sequenceId, convertedAt: now }).execute()
}
