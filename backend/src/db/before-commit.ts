import type { Insertable } from 'kysely'
import type { Trx } from './database.ts'
import { type ChangedRecord, noteChangedRecords } from './status-writes.ts'
import type { ActivitiesTable, TimelineEntriesTable } from './tables.ts'

/** Journals: nothing in the same transaction reads what it has just added to them. */
interface Appended {
  activities: Insertable<ActivitiesTable>[]
  timelineEntries: Insertable<TimelineEntriesTable>[]
  changedRecords: ChangedRecord[]
}

/** Rows of transactions that are still running, written together right before the commit: one statement instead of many. */
const pending = new WeakMap<Trx, Appended>()

/** More would come near Postgres' limit of 65,535 parameters in a statement. */
const ROWS_PER_STATEMENT = 1_000

/** From here on `appendRows` in this transaction only notes; `flushAppends` must follow. */
export function collectAppends(trx: Trx): void {
  pending.set(trx, { activities: [], timelineEntries: [], changedRecords: [] })
}

/** Adds rows to the journals, at the latest with the commit. */
export async function appendRows(trx: Trx, rows: Partial<Appended>): Promise<void> {
  const noted = pending.get(trx)
  if (!noted) return insertRows(trx, { activities: [], timelineEntries: [], changedRecords: [], ...rows })
  noted.activities.push(...(rows.activities ?? []))
  noted.timelineEntries.push(...(rows.timelineEntries ?? []))
  noted.changedRecords.push(...(rows.changedRecords ?? []))
}

/** Remembers what was noted so far; the function it gives forgets what came later. */
export function markAppends(trx: Trx): () => void {
  const noted = pending.get(trx)
  if (!noted) return () => {}
  const { activities, timelineEntries, changedRecords } = noted
  const lengths = [activities.length, timelineEntries.length, changedRecords.length] as const
  return () => {
    activities.length = lengths[0]
    timelineEntries.length = lengths[1]
    changedRecords.length = lengths[2]
  }
}

export async function flushAppends(trx: Trx): Promise<void> {
  const noted = pending.get(trx)
  pending.delete(trx)
  if (noted) await insertRows(trx, noted)
}

async function insertRows(trx: Trx, { activities, timelineEntries, changedRecords }: Appended): Promise<void> {
  for (const rows of slice(activities)) await trx.insertInto('activities').values(rows).execute()
  for (const rows of slice(timelineEntries)) await trx.insertInto('timelineEntries').values(rows).execute()
  await noteChangedRecords(trx, changedRecords)
}

function slice<T>(rows: readonly T[]): T[][] {
  const count = Math.ceil(rows.length / ROWS_PER_STATEMENT)
  return Array.from({ length: count }, (_, index) =>
    rows.slice(index * ROWS_PER_STATEMENT, (index + 1) * ROWS_PER_STATEMENT),
  )
}
