import type { Insertable } from 'kysely'
import { appendRows } from '#db/before-commit.ts'
import type { Trx } from '#db/database.ts'
import type { ActivitiesTable, TimelineEntriesTable } from '#db/tables.ts'

export async function insertActivity(trx: Trx, activity: Insertable<ActivitiesTable>): Promise<void> {
  await appendRows(trx, { activities: [activity] })
}

export async function insertTimelineEntries(trx: Trx, entries: Insertable<TimelineEntriesTable>[]): Promise<void> {
  await appendRows(trx, { timelineEntries: entries })
}

/** A contact and a deal whose enrollments changed: what HubSpot's records say about them may be another now. */
export async function insertChangedRecords(
  trx: Trx,
  changed: { portalId: number; dealId: string; contactId: string; at: Temporal.Instant },
): Promise<void> {
  const { portalId, dealId, contactId, at } = changed
  await appendRows(trx, {
    changedRecords: [
      { portalId, objectType: 'contact', objectId: contactId, at },
      { portalId, objectType: 'deal', objectId: dealId, at },
    ],
  })
}

export interface ActivityRecord {
  at: Temporal.Instant
  kind: string
  actorKind: string
  actor: string | null
  dealId: string | null
  contactId: string | null
  data: Record<string, unknown>
}

export async function listActivitiesOfDeal(
  trx: Trx,
  portalId: number,
  dealId: string,
  limit: number,
): Promise<ActivityRecord[]> {
  return trx
    .selectFrom('activities')
    .where('portalId', '=', portalId)
    .where('dealId', '=', dealId)
    .select(['at', 'kind', 'actorKind', 'actor', 'dealId', 'contactId', 'data'])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}
