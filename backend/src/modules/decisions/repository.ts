import { type Insertable, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { ApprovalsTable, DecisionsTable, EntryStatus, StageEntriesTable } from '#db/tables.ts'

/** An entry that was decided, or waits to be. */
export interface KnownEntry {
  readonly id: string
  readonly dealId: string
  readonly pipelineId: string
  readonly stageId: string
  readonly enteredAt: Temporal.Instant
  readonly eventId: number | null
  readonly status: EntryStatus
  readonly changeSource: string | null
  readonly sourceId: string | null
}

/** With what an admin said to the large change it is part of; null without one. */
export interface AnsweredEntry extends KnownEntry {
  readonly answer: 'none' | 'approved' | 'refused'
  /** It enrolled nobody only because it was heard of too late. */
  readonly tooOld: boolean
}

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

/** Marks an entry that enrolled nobody only because it was heard of too late. */
export async function markTooOld(trx: Trx, portalId: number, entryId: string): Promise<void> {
  await trx
    .updateTable('stageEntries')
    .set({ tooOld: true })
    .where('portalId', '=', portalId)
    .where('id', '=', entryId)
    .execute()
}

/** Takes that mark away and gives the entry's id; undefined when the entry does not have it. */
export async function reopenTooOld(
  trx: Trx,
  portalId: number,
  key: { dealId: string; stageId: string; enteredAt: Temporal.Instant },
): Promise<string | undefined> {
  const row = await trx
    .updateTable('stageEntries')
    .set({ tooOld: false })
    .where('portalId', '=', portalId)
    .where('dealId', '=', key.dealId)
    .where('stageId', '=', key.stageId)
    .where('enteredAt', '=', key.enteredAt)
    .where('tooOld', '=', true)
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

/** The deal's entry into this stage at this moment, if it is known. */
export async function findEntry(
  trx: Trx,
  portalId: number,
  key: { dealId: string; stageId: string; enteredAt: Temporal.Instant },
): Promise<AnsweredEntry | undefined> {
  const row = await entriesOf(trx, portalId, key.dealId)
    .where('e.stageId', '=', key.stageId)
    .where('e.enteredAt', '=', key.enteredAt)
    .executeTakeFirst()
  return row && withAnswer(row)
}

/** The entries of the deal that wait, oldest first. */
export async function lockOpenEntries(trx: Trx, portalId: number, dealId: string): Promise<AnsweredEntry[]> {
  const rows = await entriesOf(trx, portalId, dealId)
    .where('e.status', '<>', 'decided')
    .orderBy('e.enteredAt')
    .orderBy('e.id')
    .execute()
  return rows.map(withAnswer)
}

function entriesOf(trx: Trx, portalId: number, dealId: string) {
  return trx
    .selectFrom('stageEntries as e')
    .leftJoin('approvals as a', (join) =>
      join.onRef('a.portalId', '=', 'e.portalId').onRef('a.id', '=', 'e.approvalId'),
    )
    .where('e.portalId', '=', portalId)
    .where('e.dealId', '=', dealId)
    .select(['e.id', 'e.dealId', 'e.pipelineId', 'e.stageId', 'e.enteredAt', 'e.eventId', 'e.status'])
    .select(['e.changeSource', 'e.sourceId', 'e.tooOld', 'a.status as approval'])
    .forUpdate('e')
}

function withAnswer<T extends { approval: ApprovalsTable['status'] | null }>({ approval, ...entry }: T) {
  const answer: AnsweredEntry['answer'] = approval === 'approved' || approval === 'refused' ? approval : 'none'
  return { ...entry, answer }
}

/** The deals of the portal that have an entry waiting. */
export async function selectAllDealsWithOpenEntries(trx: Trx, portalId: number): Promise<string[]> {
  const rows = await trx
    .selectFrom('stageEntries')
    .where('portalId', '=', portalId)
    .where('status', '<>', 'decided')
    .select('dealId')
    .distinct()
    .execute()
  return rows.map((row) => row.dealId)
}

/** Those of these deals that have an entry waiting. */
export async function selectDealsWithOpenEntries(
  trx: Trx,
  portalId: number,
  dealIds: readonly string[],
): Promise<string[]> {
  if (dealIds.length === 0) return []
  const rows = await trx
    .selectFrom('stageEntries')
    .where('portalId', '=', portalId)
    .where('dealId', 'in', dealIds)
    .where('status', '<>', 'decided')
    .select('dealId')
    .distinct()
    .execute()
  return rows.map((row) => row.dealId)
}

export interface EntryState {
  readonly status: EntryStatus
  /** When it is decided; null when no moment is planned. */
  readonly waitUntil: Temporal.Instant | null
  /** Left out: as before. */
  readonly approvalId?: string
}

export async function setEntryState(trx: Trx, portalId: number, entryId: string, state: EntryState): Promise<void> {
  await trx.updateTable('stageEntries').set(state).where('portalId', '=', portalId).where('id', '=', entryId).execute()
}

export async function insertDecisions(trx: Trx, decisions: Insertable<DecisionsTable>[]): Promise<void> {
  if (decisions.length > 0) await trx.insertInto('decisions').values(decisions).execute()
}

/** HubSpot ids of the contacts that were decided for this entry; one the mapping is not for may become one it is for. */
export async function listDecidedContacts(
  trx: Trx,
  portalId: number,
  entry: Pick<KnownEntry, 'id' | 'dealId'>,
): Promise<Set<string>> {
  const rows = await trx
    .selectFrom('decisions')
    .where('portalId', '=', portalId)
    // The deal says where to look: without it every decision of the account would be read.
    .where('dealId', '=', entry.dealId)
    .where('stageEntryId', '=', entry.id)
    .where('contactId', 'is not', null)
    .where('reason', '<>', 'not_targeted')
    .select('contactId')
    .execute()
  return new Set(rows.flatMap((row) => (row.contactId ? [row.contactId] : [])))
}

/** An entry into a stage as far as it is known: from our decisions, or from an event that nobody has handled yet. */
export interface StageChangeRow {
  readonly dealId: string
  readonly at: Temporal.Instant
  readonly changeSource: string | null
  readonly sourceId: string | null
}

/** Entries into a stage within a span, each once; those in the inbox count, for a bulk change is seen there first. */
export async function selectStageChanges(
  trx: Trx,
  portalId: number,
  stageId: string,
  { from, to }: { from: Temporal.Instant; to: Temporal.Instant },
): Promise<StageChangeRow[]> {
  const { rows } = await sql<StageChangeRow>`
    select deal_id, entered_at as at, change_source, source_id from stage_entries
    where portal_id = ${portalId} and stage_id = ${stageId} and entered_at between ${from} and ${to}
    union all
    select v.deal_id, v.occurred_at, v.payload ->> 'changeSource', v.payload ->> 'sourceId' from events v
    where v.portal_id = ${portalId} and v.occurred_at between ${from} and ${to} and v.status = 'pending'
      and v.deal_id is not null and v.payload ->> 'propertyName' = 'dealstage' and v.payload ->> 'propertyValue' = ${stageId}
      and not exists (
        select from stage_entries s
        where s.portal_id = ${portalId} and s.deal_id = v.deal_id and s.stage_id = ${stageId}
          and s.entered_at between v.occurred_at - interval '1 minute' and v.occurred_at + interval '1 minute'
      )
  `.execute(trx)
  return rows
}
