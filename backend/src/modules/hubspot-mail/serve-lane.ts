import type { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { holdTurn, releaseLane, takeTurn, WHOLE_PORTAL } from '#db/lanes.ts'
import type { LaneKind } from '#db/tables.ts'
import type { Deps } from '#deps'

export type LaneDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'hubspot' | 'leases' | 'metrics' | 'log'>

/** What a turn did outside any transaction. */
export interface Worked {
  readonly handled: number
  /** What stopped it before the rest. */
  readonly stoppedBy: AppError | undefined
  /** Writes what is known now; must be harmless when another worker has taken over meanwhile. */
  settle(trx: Trx): Promise<void>
  /** Whether there is more to do, looked at under the lane's lock. */
  hasMore(trx: Trx): Promise<boolean>
}

/** Between two passes of a portal with a backlog, so that mails' reads come first. */
const PACE = Temporal.Duration.from({ seconds: 1 })
/** After the first, second and every later failure: what waits here is worth writing however late. */
const PAUSES = [{ minutes: 1 }, { minutes: 15 }, { hours: 1 }].map((pause) => Temporal.Duration.from(pause))

/** One turn of a portal's lane of this kind; the lease keeps other workers away while `work` calls HubSpot. */
export async function serveLane(
  deps: LaneDeps,
  kind: LaneKind,
  portalId: number,
  work: () => Promise<Worked>,
): Promise<number> {
  const now = deps.clock()
  const leaseUntil = now.add(deps.leases.timeline)
  const turn = await takeTurn(deps.db, { kind, portalId, now, limit: 1, leaseUntil, lease: deps.ids() })
  const lane = turn.lanes[0]
  if (!lane) return 0
  const worked = await work()
  await inPortal(deps.db, portalId, async (trx) => {
    await worked.settle(trx)
    const held = await holdTurn(trx, kind, turn)
    if (!held.has(WHOLE_PORTAL)) return
    const { stoppedBy } = worked
    if (stoppedBy) {
      const dueAt = deps.clock().add(pauseAfter(stoppedBy, lane.attempts))
      deps.log.warn(
        { portalId, kind, code: stoppedBy.code, attempts: lane.attempts + 1 },
        'writing to HubSpot deferred',
      )
      return releaseLane(trx, kind, portalId, WHOLE_PORTAL, { dueAt, notBefore: dueAt, attempts: lane.attempts + 1 })
    }
    const next = (await worked.hasMore(trx)) ? { dueAt: deps.clock().add(PACE) } : null
    await releaseLane(trx, kind, portalId, WHOLE_PORTAL, next)
  })
  return Math.max(1, worked.handled)
}

function pauseAfter(error: AppError, attempts: number): Temporal.Duration {
  if (error.retryAfterMs !== undefined) {
    return Temporal.Duration.from({ milliseconds: Math.max(1_000, Math.ceil(error.retryAfterMs)) })
  }
  return PAUSES[Math.min(attempts, PAUSES.length - 1)] ?? PACE
}
