import type { Insertable } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { DecisionsTable, StageEntriesTable } from '#db/tables.ts'

export interface KnownEntry {
  id: string
  dealId: string
  pipelineId: string
  stageId: string
  enteredAt: Temporal.Instant
  eventId: number | null
  status: 'decided' | 'parked'
}

const columns = ['id', 'dealId', 'pipelineId', 'stageId', 'enteredAt', 'eventId', 'status'] as const

/** Adds the entry; false when it is known: the same entry told by a second event is decided once. */
export async function insertStageEntry(trx: Trx, entry: Insertable<StageEntriesTable>): Promise<boolean> {
  const row = await trx
    .insertInto('stageEntries')
    .values(entry)
    .onConflict((conflict) => conflict.columns(['portalId', 'dealId', 'stageId', 'enteredAt']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** The deal's entry into this stage at this moment, if it was decided or parked. */
export async function findEntry(
  trx: Trx,
  portalId: number,
  key: { dealId: string; stageId: string; enteredAt: Temporal.Instant },
): Promise<KnownEntry | undefined> {
  return trx
    .selectFrom('stageEntries')
    .where('portalId', '=', portalId)
    .where('dealId', '=', key.dealId)
    .where('stageId', '=', key.stageId)
    .where('enteredAt', '=', key.enteredAt)
    .select(columns)
    .forUpdate()
    .executeTakeFirst()
}

export async function markDecided(trx: Trx, portalId: number, entryId: string): Promise<void> {
  await trx
    .updateTable('stageEntries')
    .set({ status: 'decided' })
    .where('portalId', '=', portalId)
    .where('id', '=', entryId)
    .execute()
}

export async function insertDecisions(trx: Trx, decisions: Insertable<DecisionsTable>[]): Promise<void> {
  if (decisions.length > 0) await trx.insertInto('decisions').values(decisions).execute()
}

/** HubSpot ids of the contacts that already have a decision for this entry. */
export async function listDecidedContacts(trx: Trx, portalId: number, entryId: string): Promise<Set<string>> {
  const rows = await trx
    .selectFrom('decisions')
    .where('portalId', '=', portalId)
    .where('stageEntryId', '=', entryId)
    .where('contactId', 'is not', null)
    .select('contactId')
    .execute()
  return new Set(rows.flatMap((row) => (row.contactId ? [row.contactId] : [])))
}
