import type { Clock } from '#core/clock.ts'
import type { PortalContext } from '#core/context.ts'
import type { Ids } from '#core/ids.ts'
import type { Leases } from '#core/leases.ts'
import type { Database, Trx } from './database.ts'
import { inPortal } from './in-portal.ts'
import { holdTurn, releaseLane, type Turn, takeTurn } from './lanes.ts'
import { type NextPortal, type Served, serveNextPortal } from './serve-next-portal.ts'

const LANES_PER_TURN = 50

/** Work of which every piece has a lane of its own, named by the piece's id. */
export interface LaneWork<Row> {
  /** Locks the piece, like everybody who changes it, before its lane; undefined when it is gone. */
  readonly lock: (trx: Trx, portalId: number, key: string) => Promise<Row | undefined>
  /** Does what is due, in the transaction that holds piece and lane, and says when it is due again; null: never. */
  readonly serve: (trx: Trx, portal: PortalContext, row: Row) => Promise<Temporal.Instant | null>
}

/** One pass over the next portal with due lanes of a kind, each piece in a transaction of its own. */
export function serveEachLane<Row>(
  deps: { readonly db: Database; readonly clock: Clock; readonly ids: Ids; readonly leases: Pick<Leases, 'events'> },
  { kind, afterPortal, busy }: Omit<NextPortal, 'now'>,
  work: LaneWork<Row>,
): Promise<Served | undefined> {
  const next = { kind, afterPortal, now: deps.clock(), busy }
  return serveNextPortal(deps.db, next, async (portalId) => {
    const now = deps.clock()
    const leaseUntil = now.add(deps.leases.events)
    const lease = deps.ids()
    const turn = await takeTurn(deps.db, { kind, portalId, now, limit: LANES_PER_TURN, leaseUntil, lease })
    for (const { key } of turn.lanes) await inPortal(deps.db, portalId, (trx) => serveOne(trx, kind, turn, key, work))
    return turn.lanes.length
  })
}

async function serveOne<Row>(
  trx: Trx,
  kind: NextPortal['kind'],
  turn: Turn,
  key: string,
  work: LaneWork<Row>,
): Promise<void> {
  const { portalId, lease } = turn
  const row = await work.lock(trx, portalId, key)
  // Our lease ran out: the piece is whoever's has the lane now.
  if (!(await holdTurn(trx, kind, turn)).has(key)) return
  const portal: PortalContext = { portalId, actor: { kind: 'worker' }, requestId: lease }
  const dueAt = row === undefined ? null : await work.serve(trx, portal, row)
  await releaseLane(trx, kind, portalId, key, dueAt && { dueAt })
}
