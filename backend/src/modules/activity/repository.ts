import { type Insertable, sql } from 'kysely'
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
  /** HubSpot's, as it was then. */
  contactId: string | null
  /** Our id of whom it is about, after all merges; null where it is about nobody or we do not know the contact. */
  personId: string | null
  firstName: string | null
  lastName: string | null
  email: string | null
  deleted: boolean | null
  data: Record<string, unknown>
}

/**
 * Newest first. The log holds ids; names are read with it, so an erased person has none in it either. HubSpot's id of a contact
 * may have moved on in a merge: the enrollment knows better who was meant.
 */
export async function listActivitiesOfDeal(
  trx: Trx,
  portalId: number,
  dealId: string,
  limit: number,
): Promise<ActivityRecord[]> {
  const { rows } = await sql<ActivityRecord>`
    with newest as materialized (
      select * from activities where portal_id = ${portalId} and deal_id = ${dealId} order by at desc, id desc limit ${limit}
    )
    select a.at, a.kind, a.actor_kind, a.actor, a.deal_id, a.contact_id, a.data,
      p.id as person_id, p.first_name, p.last_name, p.email, p.deleted
    from newest a
    left join enrollments e on e.portal_id = ${portalId} and e.id = a.enrollment_id
    left join contacts k on k.portal_id = ${portalId} and k.contact_id = a.contact_id
    left join contacts c on c.portal_id = ${portalId} and c.id = coalesce(e.contact_id, k.id)
    left join contacts p on p.portal_id = ${portalId} and p.id = coalesce(c.merged_into, c.id)
    order by a.at desc, a.id desc
  `.execute(trx)
  return rows
}
