import type { Insertable } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { ActivitiesTable, TimelineEntriesTable } from '#db/tables.ts'

export async function insertActivity(trx: Trx, activity: Insertable<ActivitiesTable>): Promise<void> {
  await trx.insertInto('activities').values(activity).execute()
}

export async function insertTimelineEntries(trx: Trx, entries: Insertable<TimelineEntriesTable>[]): Promise<void> {
  await trx.insertInto('timelineEntries').values(entries).execute()
}
