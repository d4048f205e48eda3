import { sql } from 'kysely'
import type { Trx } from './database.ts'
import { addWake } from './wakes.ts'

/** A record of HubSpot's whose enrollments changed. */
export interface ChangedRecord {
  readonly portalId: number
  readonly objectType: 'contact' | 'deal'
  /** HubSpot's id. */
  readonly objectId: string
  readonly at: Temporal.Instant
}

/** The portal has one lane for all its records; `WHOLE_PORTAL` of lanes.ts, which is built on what uses this file. */
const LANE_KEY = ''

/** Several changes of one record within this time are one write. */
export const STATUS_GATHER = Temporal.Duration.from({ seconds: 5 })

/**
 * Queues the records for our properties in HubSpot, where the portal wants them: one statement for a whole transaction, and
 * for a portal that does not want them it writes nothing. Sorted, so that two transactions never wait for each other in a circle.
 */
export async function noteChangedRecords(trx: Trx, records: readonly ChangedRecord[]): Promise<void> {
  const [first] = records
  if (!first) return
  const { portalId, at } = first
  const { rows } = await sql<{ objectId: string }>`
    insert into status_writes (portal_id, object_type, object_id, changed_at)
    select distinct s.portal_id, r.object_type, r.object_id, ${at}::timestamptz
    from status_settings s, unnest(${records.map((record) => record.objectType)}::text[],
      ${records.map((record) => record.objectId)}::text[]) as r (object_type, object_id)
    where s.portal_id = ${portalId} and s.enabled
    order by 2, 3
    on conflict (portal_id, object_type, object_id) do update
      set revision = status_writes.revision + 1, pending = true, changed_at = excluded.changed_at
    returning object_id
  `.execute(trx)
  if (rows.length === 0) return
  await addWake(trx, { portalId, kind: 'status', key: LANE_KEY, dueAt: at.add(STATUS_GATHER) })
}
