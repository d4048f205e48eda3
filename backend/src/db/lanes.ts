import { sql } from 'kysely'
import type { Database, Trx } from './database.ts'
import { enterPortal } from './in-portal.ts'
import { retrySerialization } from './retry-serialization.ts'
import type { LaneKind } from './tables.ts'
import { addWake } from './wakes.ts'

/** A turn: keys of one portal, leased to one worker until the lease runs out. */
export interface Turn {
  readonly portalId: number
  readonly lease: string
  readonly lanes: readonly { readonly key: string; readonly attempts: number }[]
}

/** Steps and timeline have one lane per portal. */
export const WHOLE_PORTAL = ''

/**
 * Says that work of this key is due at `dueAt` or earlier. Call it in the transaction that makes the work, so that neither
 * exists without the other. A leased or backed-off lane keeps its `not_before`: a new event must not start a second worker
 * on the same deal, nor cut a backoff short. Inside `inPortal` it is written at the end, whatever happened to the lane before.
 */
export async function wakeLane(
  trx: Trx,
  portalId: number,
  kind: LaneKind,
  key: string,
  dueAt: Temporal.Instant,
): Promise<void> {
  await addWake(trx, { portalId, kind, key, dueAt })
}

/** The same for many keys at once, written now and in key order; for a change that makes work for thousands of deals. */
export async function wakeLanes(
  trx: Trx,
  portalId: number,
  kind: LaneKind,
  keys: readonly string[],
  dueAt: Temporal.Instant,
): Promise<void> {
  if (keys.length === 0) return
  await sql`
    insert into lanes (portal_id, kind, key, due_at)
    select ${portalId}, ${kind}, key, ${dueAt}::timestamptz from unnest(${[...keys]}::text[]) as told (key) order by key
    on conflict (portal_id, kind, key) do update
      set due_at = greatest(least(lanes.due_at, excluded.due_at), coalesce(lanes.not_before, '-infinity'))
  `.execute(trx)
}

/**
 * The next portal after `afterPortal` that has due lanes of this kind, or undefined. Going round by portal id instead of by
 * due time is what keeps a portal with a large backlog from starving the others (performance: fairness).
 */
export async function findPortalWithDueLane(
  db: Database,
  kind: LaneKind,
  afterPortal: number,
  now: Temporal.Instant,
  except: ReadonlySet<number> = NOBODY,
): Promise<number | undefined> {
  return db.transaction().execute(async (trx) => {
    await sql`select set_config('role', 'stagecue_dispatch', true)`.execute(trx)
    const { rows } = await sql<{ portalId: number }>`
      select l.portal_id from lanes l
      where l.kind = ${kind} and l.portal_id > ${afterPortal} and l.due_at <= ${now} and l.portal_id <> all(${[...except]}::bigint[])
        and exists (select from installations i where i.portal_id = l.portal_id and i.status = 'connected')
      order by l.portal_id limit 1
    `.execute(trx)
    return rows[0]?.portalId
  })
}

const NOBODY: ReadonlySet<number> = new Set()

export interface TakeTurn {
  kind: LaneKind
  portalId: number
  now: Temporal.Instant
  /** Lanes at most. */
  limit: number
  /** When an unfinished turn may be taken by another worker. */
  leaseUntil: Temporal.Instant
  /** A new id: the fence of this turn. */
  lease: string
}

/** Leases up to `limit` due lanes of one portal in one short transaction. Empty when another worker was faster. */
export async function takeTurn(db: Database, turn: TakeTurn): Promise<Turn> {
  const lanes = await retrySerialization(() =>
    db.transaction().execute(async (trx) => {
      await enterPortal(trx, turn.portalId)
      const { rows } = await sql<{ key: string; attempts: number }>`
        with due as (
          select key from lanes
          where portal_id = ${turn.portalId} and kind = ${turn.kind} and due_at <= ${turn.now}
          order by due_at, key limit ${turn.limit} for update skip locked
        )
        update lanes l set due_at = ${turn.leaseUntil}, not_before = ${turn.leaseUntil}, lease = ${turn.lease}
        from due where l.portal_id = ${turn.portalId} and l.kind = ${turn.kind} and l.key = due.key
        returning l.key, l.attempts
      `.execute(trx)
      return rows
    }),
  )
  return { portalId: turn.portalId, lease: turn.lease, lanes }
}

/**
 * Locks the lanes of a turn that are still ours, in key order; a lane whose lease ran out and was taken by another worker is
 * not among them, and whoever settles must leave its work alone.
 */
export async function holdTurn(trx: Trx, kind: LaneKind, turn: Turn): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    select key from lanes
    where portal_id = ${turn.portalId} and kind = ${kind} and lease = ${turn.lease}
    order by key for update
  `.execute(trx)
  return new Set(rows.map((row) => row.key))
}

/** Ends a lane's turn: gone when nothing is left, due again at `dueAt` otherwise. Only after `holdTurn`. */
export async function releaseLane(
  trx: Trx,
  kind: LaneKind,
  portalId: number,
  key: string,
  next: { dueAt: Temporal.Instant; notBefore?: Temporal.Instant; attempts?: number } | null,
): Promise<void> {
  if (next === null) {
    await sql`delete from lanes where portal_id = ${portalId} and kind = ${kind} and key = ${key}`.execute(trx)
    return
  }
  await sql`
    update lanes set due_at = ${next.dueAt}, not_before = ${next.notBefore ?? null}, lease = null, attempts = ${next.attempts ?? 0}
    where portal_id = ${portalId} and kind = ${kind} and key = ${key}
  `.execute(trx)
}

/** Ends the turns of several lanes at once: those in `again` are due at `dueAt`, the others are gone. Only after `holdTurn`. */
export async function releaseLanes(
  trx: Trx,
  kind: LaneKind,
  portalId: number,
  keys: readonly string[],
  { again, dueAt }: { again: ReadonlySet<string>; dueAt: Temporal.Instant },
): Promise<void> {
  const drained = keys.filter((key) => !again.has(key))
  const waiting = keys.filter((key) => again.has(key))
  if (drained.length > 0) {
    await sql`delete from lanes where portal_id = ${portalId} and kind = ${kind} and key = any(${drained})`.execute(trx)
  }
  if (waiting.length > 0) {
    await sql`
      update lanes set due_at = ${dueAt}, not_before = null, lease = null, attempts = 0
      where portal_id = ${portalId} and kind = ${kind} and key = any(${waiting})
    `.execute(trx)
  }
}
