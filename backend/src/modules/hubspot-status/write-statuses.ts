import type { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { holdTurn, releaseLane, type Turn, takeTurn, WHOLE_PORTAL } from '#db/lanes.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import { STATUS_GATHER } from '#db/status-writes.ts'
import type { Deps } from '#deps'
import { WRITE_BATCH } from '#hubspot/properties-write.ts'
import { describeMissingScopes, missingScopes } from './missing-scopes.ts'
import {
  dropWrites,
  findStatusState,
  hasPendingWrites,
  listPendingWrites,
  lockWrites,
  type PendingWrite,
  setProblem,
  setProperties,
  settleWrites,
} from './repository.ts'
import { type SendResult, sendStatuses } from './send-statuses.ts'

export type StatusDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'hubspot' | 'leases' | 'metrics' | 'log'>

/** Between two passes of a portal with a backlog: two calls a second of its nine and a half, so that mails' reads come first. */
const PACE = Temporal.Duration.from({ seconds: 1 })
/** After the first, second and every later failure. A status is never given up: the newest value is still worth writing. */
const PAUSES = [{ minutes: 1 }, { minutes: 15 }, { hours: 1 }].map((pause) => Temporal.Duration.from(pause))

/**
 * One pass: writes what our properties of at most 100 contacts and 100 deals of the next portal should say. The calls happen
 * outside any transaction; the lane's lease keeps other workers away, and a repeat after a crash writes the same values again.
 */
export function writeStatuses(deps: StatusDeps, afterPortal: number, busy: Set<number>): Promise<Served | undefined> {
  const next = { kind: 'status', afterPortal, now: deps.clock(), busy } as const
  return serveNextPortal(deps.db, next, (portalId) => serve(deps, portalId))
}

async function serve(deps: StatusDeps, portalId: number): Promise<number> {
  const now = deps.clock()
  const leaseUntil = now.add(deps.leases.timeline)
  const turn = await takeTurn(deps.db, { kind: 'status', portalId, now, limit: 1, leaseUntil, lease: deps.ids() })
  const lane = turn.lanes[0]
  if (!lane) return 0
  const { state, writes } = await inPortal(deps.db, portalId, async (trx) => ({
    state: await findStatusState(trx, portalId),
    writes: [
      ...(await listPendingWrites(trx, portalId, 'contact', WRITE_BATCH)),
      ...(await listPendingWrites(trx, portalId, 'deal', WRITE_BATCH)),
    ],
  }))
  if (!state?.setting?.enabled) return close(deps, turn, { dueAt: null, problem: null })
  const missing = missingScopes(state.scopes)
  if (missing.length > 0) {
    const dueAt = now.add({ hours: 1 })
    return close(deps, turn, { dueAt, problem: describeMissingScopes() })
  }
  const result = await sendStatuses(deps, portalId, writes, state.setting.propertiesAt !== null)
  await inPortal(deps.db, portalId, (trx) => settle(deps, trx, turn, { writes, result, attempts: lane.attempts }))
  const refused = result.settled.filter(({ reason }) => reason !== null).length
  deps.metrics.count('status_writes_total', { outcome: 'written' }, result.settled.length - refused)
  deps.metrics.count('status_writes_total', { outcome: 'refused' }, refused)
  return Math.max(1, result.settled.length)
}

/** Ends a turn in which nothing could be written; the lane is gone without a moment to try again. */
async function close(
  deps: StatusDeps,
  turn: Turn,
  { dueAt, problem }: { dueAt: Temporal.Instant | null; problem: string | null },
): Promise<number> {
  await inPortal(deps.db, turn.portalId, async (trx) => {
    const held = await holdTurn(trx, 'status', turn)
    if (!held.has(WHOLE_PORTAL)) return
    await setProblem(trx, turn.portalId, problem)
    const next = dueAt && { dueAt, notBefore: dueAt }
    await releaseLane(trx, 'status', turn.portalId, WHOLE_PORTAL, next)
  })
  return 1
}

interface Sent {
  readonly writes: readonly PendingWrite[]
  readonly result: SendResult
  readonly attempts: number
}

async function settle(deps: StatusDeps, trx: Trx, turn: Turn, { writes, result, attempts }: Sent): Promise<void> {
  const { portalId } = turn
  await lockWrites(trx, portalId, writes)
  const held = await holdTurn(trx, 'status', turn)
  // Our lease ran out: whoever holds it now writes the same values again.
  if (!held.has(WHOLE_PORTAL)) return
  const now = deps.clock()
  await settleWrites(trx, portalId, result.settled, now)
  await dropWrites(trx, portalId, result.dropped)
  await setProperties(trx, portalId, result.propertiesKnown ? now : null)
  const { stoppedBy } = result
  await setProblem(trx, portalId, stoppedBy?.message ?? null)
  if (stoppedBy) {
    const pause = pauseAfter(stoppedBy, attempts)
    const dueAt = now.add(pause)
    deps.log.warn({ portalId, code: stoppedBy.code, attempts: attempts + 1 }, 'status writing deferred')
    const next = { dueAt, notBefore: dueAt, attempts: attempts + 1 }
    return releaseLane(trx, 'status', portalId, WHOLE_PORTAL, next)
  }
  // Looked at under the lane's lock: a record queued meanwhile either shows here or makes the lane anew.
  const more = await hasPendingWrites(trx, portalId)
  const full = writes.length >= WRITE_BATCH || !result.propertiesKnown
  await releaseLane(
    trx,
    'status',
    portalId,
    WHOLE_PORTAL,
    more ? { dueAt: now.add(full ? PACE : STATUS_GATHER) } : null,
  )
}

function pauseAfter(error: AppError, attempts: number): Temporal.Duration {
  if (error.retryAfterMs !== undefined) {
    return Temporal.Duration.from({ milliseconds: Math.max(1_000, Math.ceil(error.retryAfterMs)) })
  }
  return PAUSES[Math.min(attempts, PAUSES.length - 1)] ?? PACE
}
