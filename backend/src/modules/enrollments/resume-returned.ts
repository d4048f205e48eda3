import type { PortalContext } from '#core/context.ts'
import { isAppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { holdTurn, releaseLane, type Turn, takeTurn } from '#db/lanes.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import { lockEnrollment } from './repository.ts'
import { resumeEnrollment } from './resume-enrollment.ts'

/** One lane for each pause that ends by itself; its key is the enrollment's id. */
export const RETURNS = 'returns'
const LANES_PER_TURN = 50
/** A mail of the enrollment is with the server: until that is settled nobody knows where it stands. */
const AGAIN = Temporal.Duration.from({ minutes: 1 })

type ResumeDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'leases'>

/**
 * One pass over the next portal in which pauses end: each enrollment whose contact is back goes on where it stood. A pause that
 * was prolonged, ended or replaced by a person's meanwhile is left alone. `undefined` when no portal after `afterPortal` has one.
 */
export function resumeReturned(
  deps: ResumeDeps,
  afterPortal: number,
  busy: Set<number> = new Set(),
): Promise<Served | undefined> {
  const next = { kind: RETURNS, afterPortal, now: deps.clock(), busy } as const
  return serveNextPortal(deps.db, next, async (portalId) => {
    const now = deps.clock()
    const turn = await takeTurn(deps.db, {
      kind: RETURNS,
      portalId,
      now,
      limit: LANES_PER_TURN,
      leaseUntil: now.add(deps.leases.events),
      lease: deps.ids(),
    })
    for (const { key } of turn.lanes) await resumeOne(deps, turn, key)
    return turn.lanes.length
  })
}

async function resumeOne(deps: ResumeDeps, turn: Turn, enrollmentId: string): Promise<void> {
  const portal: PortalContext = { portalId: turn.portalId, actor: { kind: 'worker' }, requestId: turn.lease }
  await inPortal(deps.db, turn.portalId, async (trx) => {
    // The enrollment first, like everybody who changes one; its lane after it.
    const enrollment = await lockEnrollment(trx, turn.portalId, enrollmentId)
    if (!(await holdTurn(trx, RETURNS, turn)).has(enrollmentId)) return
    const release = (dueAt: Temporal.Instant | null) =>
      releaseLane(trx, RETURNS, turn.portalId, enrollmentId, dueAt && { dueAt })
    const until = enrollment?.status === 'paused' ? enrollment.pausedUntil : null
    if (!enrollment || !until) return release(null)
    if (Temporal.Instant.compare(until, deps.clock()) > 0) return release(until)
    try {
      await resumeEnrollment(deps, trx, portal, enrollment, 'The contact is back')
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error
      return release(deps.clock().add(AGAIN))
    }
    await release(null)
  })
}
