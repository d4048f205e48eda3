import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

export interface DealFacts {
  dealId: string
  name: string | null
  pipelineId: string | null
  stageId: string | null
  stageEnteredAt: Temporal.Instant | null
  amount: string | null
  closeDate: string | null
  ownerId: string | null
}

/** Keeps the newest reading of each deal; an older one that arrives late changes nothing. */
export async function upsertDeals(
  trx: Trx,
  portalId: number,
  deals: readonly DealFacts[],
  readAt: Temporal.Instant,
): Promise<void> {
  if (deals.length === 0) return
  await trx
    .insertInto('deals')
    .values(deals.map((deal) => ({ portalId, ...deal, deleted: false, readAt })))
    .onConflict((conflict) =>
      conflict
        .columns(['portalId', 'dealId'])
        .doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          pipelineId: eb.ref('excluded.pipelineId'),
          stageId: eb.ref('excluded.stageId'),
          stageEnteredAt: sql`coalesce(excluded.stage_entered_at, case when deals.stage_id = excluded.stage_id then deals.stage_entered_at end)`,
          amount: eb.ref('excluded.amount'),
          closeDate: eb.ref('excluded.closeDate'),
          ownerId: eb.ref('excluded.ownerId'),
          deleted: eb.ref('excluded.deleted'),
          readAt: eb.ref('excluded.readAt'),
        }))
        .whereRef('deals.readAt', '<=', 'excluded.readAt'),
    )
    .execute()
}

export async function markDeleted(
  trx: Trx,
  portalId: number,
  dealIds: readonly string[],
  readAt: Temporal.Instant,
): Promise<void> {
  if (dealIds.length === 0) return
  await trx
    .insertInto('deals')
    .values(
      dealIds.map((dealId) => ({
        portalId,
        dealId,
        name: null,
        pipelineId: null,
        stageId: null,
        stageEnteredAt: null,
        amount: null,
        closeDate: null,
        ownerId: null,
        deleted: true,
        readAt,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['portalId', 'dealId'])
        .doUpdateSet({ deleted: true, readAt })
        .whereRef('deals.readAt', '<=', 'excluded.readAt'),
    )
    .execute()
}

/** Makes the deal's contacts exactly these. */
export async function replaceDealContacts(
  trx: Trx,
  portalId: number,
  dealId: string,
  contactIds: readonly string[],
  now: Temporal.Instant,
): Promise<void> {
  await trx
    .deleteFrom('dealContacts')
    .where('portalId', '=', portalId)
    .where('dealId', '=', dealId)
    .$if(contactIds.length > 0, (query) => query.where('contactId', 'not in', contactIds))
    .execute()
  if (contactIds.length === 0) return
  await trx
    .insertInto('dealContacts')
    .values(contactIds.map((contactId) => ({ portalId, dealId, contactId, seenAt: now })))
    .onConflict((conflict) => conflict.columns(['portalId', 'dealId', 'contactId']).doNothing())
    .execute()
}

export async function findDeal(trx: Trx, portalId: number, dealId: string) {
  return trx
    .selectFrom('deals')
    .where('portalId', '=', portalId)
    .where('dealId', '=', dealId)
    .select(['dealId', 'name', 'pipelineId', 'stageId', 'stageEnteredAt', 'deleted', 'readAt'])
    .executeTakeFirst()
}
