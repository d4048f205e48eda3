import type { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { findPortalWithDueLane, holdTurn, releaseLane, type Turn, takeTurn, WHOLE_PORTAL } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { GATHER } from './gather.ts'
import { type SendResult, sendOccurrences } from './send-occurrences.ts'
import {
  hasPendingEntries,
  listPendingEntries,
  markFailed,
  markFailedBefore,
  markPublished,
} from './timeline-repository.ts'
import { toOccurrence } from './to-occurrence.ts'

/** Where the round over the portals stands; kept by the loop between passes. */
export interface TimelineCursor {
  afterPortal: number
}

/** A burst of stage changes writes thousands of entries; a batch that HubSpot finds too large goes in halves. */
const BATCH = 500
/** After the first, second and every later failure: HubSpot may be away for days. */
const PAUSES = [{ minutes: 1 }, { minutes: 15 }, { hours: 1 }].map((pause) => Temporal.Duration.from(pause))
const LONGEST = PAUSES.length - 1
/** An entry that HubSpot has not taken for so long is given up when it fails again and again. */
const GIVE_UP_AFTER = Temporal.Duration.from({ hours: 30 * 24 })

/**
 * One pass: publishes the oldest pending timeline entries of the next portal that has some due. Returns how many it looked
 * at, 0 when nothing is due. The HTTP calls happen outside any transaction; the lane's lease keeps other workers away, and
 * a repeat after a crash is harmless because an entry's id is HubSpot's idempotency key.
 */
export async function publishTimeline(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'hubspot' | 'settings' | 'leases' | 'metrics' | 'log'>,
  cursor: TimelineCursor,
): Promise<number> {
  const now = deps.clock()
  const portalId = await nextPortal(deps, cursor, now)
  if (portalId === undefined) return 0
  const leaseUntil = now.add(deps.leases.timeline)
  const lease = deps.ids()
  const turn = await takeTurn(deps.db, { kind: 'timeline', portalId, now, limit: 1, leaseUntil, lease })
  const lane = turn.lanes[0]
  if (!lane) return 0
  const entries = await inPortal(deps.db, portalId, (trx) => listPendingEntries(trx, portalId, BATCH))
  const result: SendResult =
    entries.length === 0
      ? { published: [], failed: [], passedOver: [], stoppedBy: undefined }
      : await sendOccurrences(
          deps,
          portalId,
          entries.map((entry) => toOccurrence(deps.settings, entry)),
          { deadline: leaseUntil.subtract(deps.leases.timelineReserve), careful: lane.attempts >= LONGEST },
        )
  const ids = entries.map((entry) => entry.id)
  await inPortal(deps.db, portalId, (trx) => settle(deps, trx, turn, { ids, result, attempts: lane.attempts }))
  deps.metrics.count('timeline_entries_total', { outcome: 'published' }, result.published.length)
  deps.metrics.count('timeline_entries_total', { outcome: 'failed' }, result.failed.length)
  return Math.max(1, entries.length)
}

async function nextPortal(
  deps: Pick<Deps, 'db'>,
  cursor: TimelineCursor,
  now: Temporal.Instant,
): Promise<number | undefined> {
  const after = cursor.afterPortal
  const portalId =
    (await findPortalWithDueLane(deps.db, 'timeline', after, now)) ??
    (after > 0 ? await findPortalWithDueLane(deps.db, 'timeline', 0, now) : undefined)
  cursor.afterPortal = portalId ?? 0
  return portalId
}

interface Sent {
  ids: readonly string[]
  result: SendResult
  attempts: number
}

async function settle(deps: Pick<Deps, 'clock' | 'log'>, trx: Trx, turn: Turn, sent: Sent): Promise<void> {
  const { portalId } = turn
  const held = await holdTurn(trx, 'timeline', turn)
  // Our lease ran out: whoever holds it now sends the same ids again and is told 409.
  if (!held.has(WHOLE_PORTAL)) return
  const { published, failed, passedOver, stoppedBy } = sent.result
  if (published.length > 0) await markPublished(trx, portalId, [...published], deps.clock())
  for (const { id, reason } of failed) await markFailed(trx, portalId, [id], reason)
  const now = deps.clock()
  if (stoppedBy) {
    const progressed = published.length + failed.length > 0
    const tried = progressed ? 0 : sent.attempts
    if (sent.attempts >= LONGEST) {
      // Where HubSpot took something, only what it failed at has had its chance: what waits behind may still go.
      const only = progressed ? passedOver : undefined
      await markFailedBefore(trx, portalId, now.subtract(GIVE_UP_AFTER), { only, reason: stoppedBy.message })
    }
    const { pause, attempts } = pauseAfter(stoppedBy, tried)
    const dueAt = now.add(pause)
    deps.log.warn({ portalId, code: stoppedBy.code, attempts }, 'timeline publishing deferred')
    return releaseLane(trx, 'timeline', portalId, WHOLE_PORTAL, { dueAt, notBefore: dueAt, attempts })
  }
  // Looked at under the lane's lock: an entry added meanwhile either shows here or makes the lane anew.
  const more = await hasPendingEntries(trx, portalId)
  const dueAt = sent.ids.length < BATCH ? now.add(GATHER) : now
  await releaseLane(trx, 'timeline', portalId, WHOLE_PORTAL, more ? { dueAt } : null)
}

/**
 * How long to wait after what stopped us. A portal that is no longer connected and a HubSpot that names its own pause do not
 * make the next pause longer.
 */
function pauseAfter(error: AppError, attempts: number): { pause: Temporal.Duration; attempts: number } {
  if (error.retryAfterMs !== undefined) {
    return { pause: Temporal.Duration.from({ milliseconds: Math.max(1_000, Math.ceil(error.retryAfterMs)) }), attempts }
  }
  const isLost = error.code === 'installation_revoked'
  const pause = PAUSES[isLost ? 0 : Math.min(attempts, LONGEST)] ?? GATHER
  return { pause, attempts: isLost ? attempts : Math.min(attempts + 1, LONGEST) }
}
