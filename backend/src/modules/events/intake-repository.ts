import type pg from 'pg'
import { retrySerialization } from '#db/retry-serialization.ts'
import type { IncomingEvent } from './parse-delivery.ts'

/** A small pool whose connections run as `INTAKE_ROLE`: it stores events of every portal and reads no payload. */
export type IntakePool = Pick<pg.Pool, 'query'>

/** The role of the intake's pool; made by the first migration. */
export const INTAKE_ROLE = 'stagecue_intake'

/** What became of one portal's events in a batch; portals without an installation are missing. */
export interface StoredOfPortal {
  readonly portalId: number
  readonly known: number
  readonly stored: number
  /** Stored, but the portal is disconnected: kept for the record and not processed. */
  readonly ignored: number
}

/**
 * The one statement between a request and its answer: keeps events of portals that have an installation, drops those that
 * are in the ledger already, and wakes the lanes of the rest, all in one implicit transaction. Rows go in by primary key and
 * lanes by key, so that two batches never wait for each other in a circle. The lane's rule is that of `wakeLane`. `$1` is a
 * JSON array of rows, because one text is cheaper than eight arrays on both sides.
 */
const STORE = `
with incoming as (
  select (e->>0)::bigint as portal_id, to_timestamp((e->>1)::bigint / 1000.0) as occurred_at, e->>2 as subscription_type,
    e->>3 as object_id, decode(e->>4, 'hex') as dedupe_hash, e->>5 as lane_key, e->>6 as deal_id, e->7 as payload
  from jsonb_array_elements($1::jsonb) e
), known as (
  select i.*, n.status = 'disconnected' as off from incoming i join installations n on n.portal_id = i.portal_id
), stored as (
  insert into events (portal_id, occurred_at, subscription_type, object_id, dedupe_hash, lane_key, deal_id, status, reason_code,
    payload, received_at)
  select portal_id, occurred_at, subscription_type, object_id, dedupe_hash, lane_key, deal_id,
    case when off then 'ignored' else 'pending' end, case when off then 'disconnected' end, payload, $2::timestamptz
  from known order by 1, 2, 3, 4, 5
  on conflict do nothing
  returning portal_id, lane_key, status
), woken as (
  insert into lanes (portal_id, kind, key, due_at)
  select distinct portal_id, 'events', lane_key, $2::timestamptz from stored where status = 'pending' order by 1, 3
  on conflict (portal_id, kind, key) do update
    set due_at = greatest(least(lanes.due_at, excluded.due_at), coalesce(lanes.not_before, '-infinity'))
)
select k.portal_id, k.known, coalesce(s.stored, 0) as stored, coalesce(s.ignored, 0) as ignored
from (select portal_id, count(*)::int as known from known group by portal_id) k
left join (
  select portal_id, count(*) filter (where status = 'pending')::int as stored,
    count(*) filter (where status = 'ignored')::int as ignored
  from stored group by portal_id
) s on s.portal_id = k.portal_id`

/** Stores a batch of any portals and returns after its commit. Throws what Postgres says; nothing is stored then. */
export async function storeEvents(
  pool: IntakePool,
  events: readonly IncomingEvent[],
  receivedAt: Temporal.Instant,
): Promise<StoredOfPortal[]> {
  const values = [`[${events.map(rowOf).join(',')}]`, receivedAt.toString()]
  const { rows } = await retrySerialization(() =>
    pool.query<{ portal_id: number; known: number; stored: number; ignored: number }>({
      name: 'store-events',
      text: STORE,
      values,
    }),
  )
  return rows.map((row) => ({ portalId: row.portal_id, known: row.known, stored: row.stored, ignored: row.ignored }))
}

/** By hand: all but the payload is known to need no escaping, and the payload is JSON already. */
function rowOf(event: IncomingEvent): string {
  const deal = event.dealId === null ? 'null' : `"${event.dealId}"`
  return `[${event.portalId},${event.occurredAt},"${event.subscriptionType}","${event.objectId}","${event.dedupeHash}","${event.laneKey}",${deal},${event.payload}]`
}
