import { sql } from 'kysely'
import type { Talks } from '#core/talks.ts'
import type { Trx } from '#db/database.ts'

export interface DealFacts extends Talks {
  dealId: string
  name: string | null
  pipelineId: string | null
  stageId: string | null
  stageEnteredAt: Temporal.Instant | null
  amount: string | null
  closeDate: string | null
  ownerId: string | null
  isClosed: boolean
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
          isClosed: eb.ref('excluded.isClosed'),
          repliedAt: eb.ref('excluded.repliedAt'),
          bookedAt: eb.ref('excluded.bookedAt'),
          meetingAt: eb.ref('excluded.meetingAt'),
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

/** Makes the contacts of these deals exactly those given; an older reading that arrives late changes nothing. */
export async function replaceDealContacts(
  trx: Trx,
  portalId: number,
  contactsOf: ReadonlyMap<string, readonly string[]>,
  readAt: Temporal.Instant,
): Promise<void> {
  if (contactsOf.size === 0) return
  const { rows } = await sql<{ dealId: string }>`
    update deals set contacts_read_at = ${readAt}
    where portal_id = ${portalId} and deal_id = any(${[...contactsOf.keys()]})
      and coalesce(contacts_read_at, '-infinity') <= ${readAt}
    returning deal_id
  `.execute(trx)
  const told = rows.map(({ dealId }) => dealId)
  const pairs = told.flatMap((dealId) => (contactsOf.get(dealId) ?? []).map((contactId) => ({ dealId, contactId })))
  const deals = pairs.map((pair) => pair.dealId)
  const contacts = pairs.map((pair) => pair.contactId)
  await sql`
    delete from deal_contacts d
    where d.portal_id = ${portalId} and d.deal_id = any(${told})
      and not exists (
        select from unnest(${deals}::text[], ${contacts}::text[]) as told (deal_id, contact_id)
        where told.deal_id = d.deal_id and told.contact_id = d.contact_id
      )
  `.execute(trx)
  if (pairs.length === 0) return
  await sql`
    insert into deal_contacts (portal_id, deal_id, contact_id, seen_at)
    select ${portalId}, deal_id, contact_id, ${readAt}::timestamptz
    from unnest(${deals}::text[], ${contacts}::text[]) as told (deal_id, contact_id)
    order by deal_id, contact_id
    on conflict (portal_id, deal_id, contact_id) do nothing
  `.execute(trx)
}

export async function findDeal(trx: Trx, portalId: number, dealId: string) {
  return trx
    .selectFrom('deals')
    .where('portalId', '=', portalId)
    .where('dealId', '=', dealId)
    .select(['dealId', 'name', 'pipelineId', 'stageId', 'stageEnteredAt', 'deleted', 'readAt'])
    .executeTakeFirst()
}

/** Points merged deals at the one that stays; those merged into them before follow, so that one look finds all. */
export async function markMerged(trx: Trx, portalId: number, into: string, merged: readonly string[]): Promise<void> {
  await trx
    .updateTable('deals')
    .set({ mergedInto: into })
    .where('portalId', '=', portalId)
    .where((eb) => eb.or([eb('dealId', 'in', merged), eb('mergedInto', 'in', merged)]))
    .where('dealId', '<>', into)
    .execute()
}

export async function selectMerged(trx: Trx, portalId: number, into: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('deals')
    .where('portalId', '=', portalId)
    .where('mergedInto', '=', into)
    .select('dealId')
    .orderBy('dealId')
    .execute()
  return rows.map((row) => row.dealId)
}

/** What is kept of talks with the contacts of a deal and with one contact (HubSpot's ids). */
export async function selectTalks(
  trx: Trx,
  portalId: number,
  { dealId, contactId }: { readonly dealId: string; readonly contactId: string },
): Promise<Talks[]> {
  const deal = trx
    .selectFrom('deals')
    .where('portalId', '=', portalId)
    .where('dealId', '=', dealId)
    .select(['repliedAt', 'bookedAt', 'meetingAt'])
  const contact = trx
    .selectFrom('contacts')
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .select(['repliedAt', 'bookedAt', 'meetingAt'])
  return deal.unionAll(contact).execute()
}
