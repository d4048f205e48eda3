import type { Clock } from '#core/clock.ts'
import type { PortalContext } from '#core/context.ts'
import { faultCode } from '#core/fault-code.ts'
import type { Ids } from '#core/ids.ts'
import type { Leases } from '#core/leases.ts'
import type { Log } from '#core/log.ts'
import type { Metrics } from '#core/metrics.ts'
import type { Database, Trx } from './database.ts'
import { hitsEverybody } from './hits-everybody.ts'
import { inPortal } from './in-portal.ts'
import { holdTurn, releaseLane, type Turn, takeTurn } from './lanes.ts'
import { type NextPortal, type Served, serveNextPortal } from './serve-next-portal.ts'

const LANES_PER_TURN = 50
/** After the first, second and every later time that a piece fails alone. */
const PAUSES = [{ minutes: 1 }, { minutes: 15 }, { hours: 1 }].map((pause) => Temporal.Duration.from(pause))

export interface LaneDeps {
  readonly db: Database
  readonly clock: Clock
  readonly ids: Ids
  readonly leases: Pick<Leases, 'events'>
  readonly log: Log
  readonly metrics: Metrics
}

/** Work of which every piece has a lane of its own, named by the piece's id. */
export interface LaneWork<Row> {
  /** Locks the piece, like everybody who changes it, before its lane; undefined when it is gone. */
  readonly lock: (trx: Trx, portalId: number, key: string) => Promise<Row | undefined>
  /** Does what is due, in the transaction that holds piece and lane, and says when it is due again; null: never. */
  readonly serve: (trx: Trx, portal: PortalContext, row: Row) => Promise<Temporal.Instant | null>
}

/**
 * One pass over the next portal with due lanes of a kind, each piece in a transaction of its own. A piece that fails by an error
 * of its own is looked at again later, at growing intervals; those behind it are served all the same.
 */
export function serveEachLane<Row>(
  deps: LaneDeps,
  { kind, afterPortal, busy }: Omit<NextPortal, 'now'>,
  work: LaneWork<Row>,
): Promise<Served | undefined> {
  const next = { kind, afterPortal, now: deps.clock(), busy }
  return serveNextPortal(deps.db, next, async (portalId) => {
    const now = deps.clock()
    const leaseUntil = now.add(deps.leases.events)
    const lease = deps.ids()
    const turn = await takeTurn(deps.db, { kind, portalId, now, limit: LANES_PER_TURN, leaseUntil, lease })
    for (const { key, attempts } of turn.lanes) {
      try {
        await inPortal(deps.db, portalId, (trx) => serveOne(trx, kind, turn, key, work))
      } catch (error) {
        if (hitsEverybody(error)) throw error
        deps.log.error(
          { portalId, lane: kind, key, code: faultCode(error), attempts: attempts + 1, err: error },
          'lane failed',
        )
        deps.metrics.count('task_failures_total', { task: kind })
        await putOff(deps, kind, turn, { key, attempts })
      }
    }
    return turn.lanes.length
  })
}

async function putOff(
  deps: LaneDeps,
  kind: NextPortal['kind'],
  turn: Turn,
  { key, attempts }: Turn['lanes'][number],
): Promise<void> {
  const { portalId } = turn
  const dueAt = deps.clock().add(PAUSES[Math.min(attempts, PAUSES.length - 1)] ?? { hours: 1 })
  await inPortal(deps.db, portalId, async (trx) => {
    if (!(await holdTurn(trx, kind, turn)).has(key)) return
    await releaseLane(trx, kind, portalId, key, { dueAt, notBefore: dueAt, attempts: attempts + 1 })
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
