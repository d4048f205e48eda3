import type { PortalContext } from '#core/context.ts'
import { type AppError, isAppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { holdTurn, releaseLane, takeTurn, WHOLE_PORTAL } from '#db/lanes.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import { claimRefresh } from './claim-refresh.ts'
import { findRefreshedAt } from './repository.ts'

export type KeepDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'random' | 'hubspot' | 'leases' | 'log'>

/** Pipelines are read again after about this, give or take a tenth, so that accounts do not come all at once. */
const EVERY_MINUTES = 360
const SPREAD = 0.1
/** After the first, second and every later failure. */
const PAUSES = [{ minutes: 1 }, { minutes: 15 }, { hours: 1 }].map((pause) => Temporal.Duration.from(pause))

/**
 * One pass: the next portal whose turn it is reads its pipelines, because HubSpot has no webhook for them. What was read for
 * another reason meanwhile, by hand or for a new stage, is not read again.
 */
export function keepPipelines(deps: KeepDeps, afterPortal: number, busy: Set<number>): Promise<Served | undefined> {
  const next = { kind: 'pipelines', afterPortal, now: deps.clock(), busy } as const
  return serveNextPortal(deps.db, next, (portalId) => serve(deps, portalId))
}

async function serve(deps: KeepDeps, portalId: number): Promise<number> {
  const now = deps.clock()
  const leaseUntil = now.add(deps.leases.timeline)
  const lease = deps.ids()
  const turn = await takeTurn(deps.db, { kind: 'pipelines', portalId, now, limit: 1, leaseUntil, lease })
  const lane = turn.lanes[0]
  if (!lane) return 0
  const portal: PortalContext = { portalId, actor: { kind: 'worker' }, requestId: lease }
  const failure = await readIfOld(deps, portal)
  await inPortal(deps.db, portalId, async (trx) => {
    const held = await holdTurn(trx, 'pipelines', turn)
    if (!held.has(WHOLE_PORTAL)) return
    const readAt = await findRefreshedAt(trx, portalId)
    const pause = deps.clock().add(pauseAfter(failure, lane.attempts))
    const next = readAt && !failure ? nextAfter(deps, readAt) : pause
    // Another process was faster, and its answer is not here yet: no sooner than after a pause.
    const dueAt = Temporal.Instant.compare(next, deps.clock()) > 0 ? next : pause
    const attempts = failure ? Math.min(lane.attempts + 1, PAUSES.length) : 0
    await releaseLane(trx, 'pipelines', portalId, WHOLE_PORTAL, { dueAt, attempts })
  })
  return 1
}

async function readIfOld(deps: KeepDeps, portal: PortalContext): Promise<AppError | undefined> {
  const readAt = await inPortal(deps.db, portal.portalId, (trx) => findRefreshedAt(trx, portal.portalId))
  const old = deps.clock().subtract({ minutes: EVERY_MINUTES * (1 - SPREAD) })
  if (readAt && Temporal.Instant.compare(readAt, old) > 0) return undefined
  try {
    await claimRefresh(deps, portal)
    return undefined
  } catch (error) {
    if (!isAppError(error)) throw error
    deps.log.warn({ portalId: portal.portalId, code: error.code }, 'pipelines were not read')
    return error
  }
}

function nextAfter(deps: KeepDeps, readAt: Temporal.Instant): Temporal.Instant {
  const minutes = Math.round(EVERY_MINUTES * (1 + SPREAD * (2 * deps.random() - 1)))
  return readAt.add({ minutes })
}

function pauseAfter(error: AppError | undefined, attempts: number): Temporal.Duration {
  if (error?.retryAfterMs !== undefined) {
    return Temporal.Duration.from({ milliseconds: Math.max(1_000, Math.ceil(error.retryAfterMs)) })
  }
  return PAUSES[Math.min(attempts, PAUSES.length - 1)] ?? Temporal.Duration.from({ hours: 1 })
}
