import type pg from 'pg'
import { retrySerialization } from '#db/retry-serialization.ts'
import type { IncomingEvent } from './parse-delivery.ts'

/** A small pool whose connections run as `INTAKE_ROLE`: it stores events of every portal and reads no payload. */
export type IntakePool = Pick<pg.Pool, 'query'>

/** The role of the intake's pool; made by the first migration. */
export const INTAKE_ROLE = 'stagecue_intake'

/** What became of a batch. */
export interface StoredBatch {
  /** Events of portals that have an installation, new or not. */
  readonly known: number
  readonly stored: number
  /** Stored for the record, but the portal is disconnected: they are not processed. */
  readonly ignored: number
  /** Portals that have new work now. */
  readonly portals: readonly number[]
}

/**
 * The one statement between a request and its answer: keeps events of portals that have an installation, drops those that
 * are in the ledger already, and wakes the lanes of the rest, all in one implicit transaction. Rows go in by primary key and
 * lanes by key, so that two batches never wait for each other in a circle. The lane's rule is that of `wakeLane`; a lane that is
 * due early enough, or leased, is locked but not written (Postgres docs, INSERT: rows that fail the WHERE are locked as well).
 * `$1` is a JSON array of rows, because one text is cheaper than eight arrays on both sides, and `$3` their payloads in the same
 * order, as `json`, which Postgres reads in a third of the time of `jsonb`; naming the key spares a look into the other
 * unique index.
 */
const STORE = `
with incoming as (
  select (e->>0)::bigint as portal_id, to_timestamp((e->>1)::float8 / 1000) as occurred_at, e->>2 as subscription_type,
    e->>3 as object_id, decode(e->>4, 'hex') as dedupe_hash, e->>5 as lane_key, e->>6 as deal_id, payload
  from rows from (jsonb_array_elements($1::jsonb), json_array_elements($3::json)) as t(e, payload)
), known as (
  select i.*, n.status = 'disconnected' as off from incoming i join installations n on n.portal_id = i.portal_id
), stored as (
  insert into events (portal_id, occurred_at, subscription_type, object_id, dedupe_hash, lane_key, deal_id, status, reason_code,
    payload, received_at)
  select portal_id, occurred_at, subscription_type, object_id, dedupe_hash, lane_key, deal_id,
    case when off then 'ignored' else 'pending' end, case when off then 'disconnected' end, payload, $2::timestamptz
  from known order by 1, 2, 3, 4, 5
  on conflict (portal_id, occurred_at, subscription_type, object_id, dedupe_hash) do nothing
  returning portal_id, lane_key, status
), woken as (
  insert into lanes (portal_id, kind, key, due_at)
  select distinct portal_id, 'events', lane_key, $2::timestamptz from stored where status = 'pending' order by 1, 3
  on conflict (portal_id, kind, key) do update
    set due_at = greatest(excluded.due_at, coalesce(lanes.not_before, '-infinity'))
    where lanes.due_at > greatest(excluded.due_at, coalesce(lanes.not_before, '-infinity'))
)
select (select count(*)::int from known) as known, count(*) filter (where status = 'pending')::int as stored,
  count(*) filter (where status = 'ignored')::int as ignored,
  coalesce(array_agg(distinct portal_id::text) filter (where status = 'pending'), '{}') as portals
from stored`

/** Stores a batch of any portals and returns after its commit. Throws what Postgres says; nothing is stored then. */
export async function storeEvents(
  pool: IntakePool,
  events: readonly IncomingEvent[],
  receivedAt: Temporal.Instant,
): Promise<StoredBatch> {
  const payloads = `[${events.map((event) => event.payload).join(',')}]`
  const values = [`[${events.map(rowOf).join(',')}]`, receivedAt.toString(), payloads]
  const { rows } = await retrySerialization(() =>
    pool.query<{ known: number; stored: number; ignored: number; portals: string[] }>({
      name: 'store-events',
      text: STORE,
      values,
    }),
  )
  const { known, stored, ignored, portals } = rows[0] ?? { known: 0, stored: 0, ignored: 0, portals: [] }
  return { known, stored, ignored, portals: portals.map(Number) }
}

/** By hand: nothing of it needs escaping. */
function rowOf(event: IncomingEvent): string {
  const deal = event.dealId === null ? 'null' : `"${event.dealId}"`
  return `[${event.portalId},${event.occurredAt},"${event.subscriptionType}","${event.objectId}","${event.dedupeHash}","${event.laneKey}",${deal}]`
}
