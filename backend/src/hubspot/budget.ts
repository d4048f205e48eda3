import { sql } from 'kysely'
import type { Clock, Sleep } from '#core/clock.ts'
import { AppError } from '#core/errors.ts'
import type { Database } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { CallFamily } from './family.ts'

/**
 * Our share of HubSpot's limits (HubSpot docs, usage guidelines: 110 calls in 10 s per portal for a marketplace app, 5 searches
 * a second, associations 100 in 10 s on the smallest plan). Any window holds at most `burst` + what is refilled during it:
 * 9 + 95 = 104 calls in 10 s, 4 searches in a second. The rest is room for calls that were let go earlier and
 * arrive later. `everyMs` is the time one call takes to be refilled.
 */
const LIMITS = {
  crm: { everyMs: 105, burst: 9 },
  search: { everyMs: 250, burst: 1 },
  associations: { everyMs: 125, burst: 10 },
} as const

type Cell = keyof typeof LIMITS

/** Writing timeline events counts like any other call of the portal. */
const CELL_OF: Record<CallFamily, Cell | undefined> = {
  crm: 'crm',
  timeline: 'crm',
  search: 'search',
  associations: 'associations',
  account: undefined,
}

/** One budget per portal and kind of call, kept in the database and so shared by all processes. */
export interface Budget {
  /**
   * Books the next free place and waits for it; `waitedMs` is how long that took. `doubted`: HubSpot refused renewed tokens of
   * the portal before this call, so that it takes this one's is news; known by the same statement, for every process. Throws
   * `hubspot_unavailable` with `retryAfterMs`, booking nothing, when it would take longer than `patienceMs`, and
   * `installation_revoked` when the portal is not connected (any more): no call starts after a disconnect was committed, in
   * whichever process.
   */
  take(portalId: number, family: CallFamily, patienceMs: number): Promise<{ waitedMs: number; doubted: boolean }>
  /** HubSpot said to wait: nobody's next place comes before `ms` from now. */
  pause(portalId: number, family: CallFamily, ms: number): Promise<void>
}

/** Makes the budget on the app's clock; processes whose clocks differ by d share it with an error of d. */
export function createBudget(deps: { db: Database; clock: Clock; sleep: Sleep }): Budget {
  return {
    async take(portalId, family, patienceMs) {
      const place = await book(deps, portalId, CELL_OF[family], patienceMs)
      if (place === 'not_connected') throw notConnected()
      if (!place.booked) {
        const message =
          'Too many calls to HubSpot are waiting for this account. They go on by themselves; try again in a minute.'
        throw new AppError('hubspot_unavailable', message, { retryAfterMs: place.waitMs })
      }
      if (place.waitMs > 0) {
        await deps.sleep(place.waitMs)
        if (!(await isConnected(deps.db, portalId))) throw notConnected()
      }
      return { waitedMs: place.waitMs, doubted: place.doubted }
    },
    async pause(portalId, family, ms) {
      const cell = CELL_OF[family]
      if (!cell) return
      const { everyMs, burst } = LIMITS[cell]
      const arrival = deps.clock().add({ milliseconds: Math.ceil(ms) + everyMs * (burst - 1) })
      await inPortal(deps.db, portalId, (trx) =>
        sql`
          insert into hubspot_budgets as b (portal_id, family, arrival_at) values (${portalId}, ${cell}, ${arrival})
          on conflict (portal_id, family) do update set arrival_at = greatest(b.arrival_at, excluded.arrival_at)
        `.execute(trx),
      )
    },
  }
}

function notConnected(): AppError {
  return new AppError('installation_revoked', 'The HubSpot account is not connected. Connect it again.')
}

/** Asked again after a wait: somebody may have disconnected during it. */
async function isConnected(db: Database, portalId: number): Promise<boolean> {
  const row = await inPortal(db, portalId, (trx) =>
    trx.selectFrom('installations').where('portalId', '=', portalId).select('status').executeTakeFirst(),
  )
  return row?.status === 'connected'
}

type Place = { booked: boolean; waitMs: number; doubted: boolean } | 'not_connected'

/**
 * GCRA (ITU-T I.371): `arrival_at` is when the next call would arrive if all came evenly; one may be early by `burst - 1`
 * intervals. Booking moves it on by one interval, in one statement, so that two processes never get the same place.
 */
async function book(
  deps: { db: Database; clock: Clock },
  portalId: number,
  cell: Cell | undefined,
  patienceMs: number,
): Promise<Place> {
  const { everyMs, burst } = cell ? LIMITS[cell] : { everyMs: 0, burst: 1 }
  const early = everyMs * (burst - 1)
  return inPortal(deps.db, portalId, async (trx) => {
    const now = deps.clock()
    const latest = now.add({ milliseconds: early + Math.max(0, Math.floor(patienceMs)) })
    const { rows } = await sql<{
      connected: boolean
      doubted: boolean
      booked: Temporal.Instant | null
      standing: Temporal.Instant | null
    }>`
      with portal as (select from installations where portal_id = ${portalId} and status = 'connected'),
      booking as (
        insert into hubspot_budgets as b (portal_id, family, arrival_at)
        select ${portalId}, ${cell ?? ''}, ${now}::timestamptz + ${everyMs} * interval '1 ms' from portal where ${cell !== undefined}
        on conflict (portal_id, family) do update
          set arrival_at = greatest(b.arrival_at, ${now}) + ${everyMs} * interval '1 ms'
          where b.arrival_at <= ${latest}
        returning b.arrival_at - ${everyMs} * interval '1 ms' as place
      )
      select exists (select from portal) as connected,
        exists (select from oauth_tokens where portal_id = ${portalId} and refusals > 0) as doubted,
        (select place from booking) as booked,
        (select arrival_at from hubspot_budgets where portal_id = ${portalId} and family = ${cell ?? ''}) as standing
    `.execute(trx)
    const row = rows[0]
    if (!row?.connected) return 'not_connected'
    const { doubted } = row
    if (!cell) return { booked: true, waitMs: 0, doubted }
    const place = row.booked ?? row.standing ?? now
    return { booked: row.booked !== null, waitMs: Math.max(0, millisecondsUntil(now, place) - early), doubted }
  })
}

/** Rounded up: a place must never be used early. */
function millisecondsUntil(now: Temporal.Instant, then: Temporal.Instant): number {
  return Math.ceil(then.since(now).total('milliseconds'))
}
