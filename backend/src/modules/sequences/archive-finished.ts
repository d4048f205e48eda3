import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import { holdTurn, releaseLane, type Turn, takeTurn } from '#db/lanes.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import { FINISHING } from '#modules/enrollments/end-enrollment.ts'
import { archiveSequence } from './archive-sequence.ts'
import { countRunning, lockSequence } from './repository.ts'

const LANES_PER_TURN = 50
/** An enrollment that ended in the very moment in which its sequence began to finish did not see that, and wakes nobody. */
const LOOK_AGAIN = Temporal.Duration.from({ minutes: 15 })

type FinishDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'leases'>

/**
 * One pass over the next portal with finishing sequences to look at: archives those in which no enrollment is left.
 * `undefined` when no portal after `afterPortal` has one.
 */
export function archiveFinished(
  deps: FinishDeps,
  afterPortal: number,
  busy: Set<number> = new Set(),
): Promise<Served | undefined> {
  const next = { kind: FINISHING, afterPortal, now: deps.clock(), busy } as const
  return serveNextPortal(deps.db, next, async (portalId) => {
    const now = deps.clock()
    const turn = await takeTurn(deps.db, {
      kind: FINISHING,
      portalId,
      now,
      limit: LANES_PER_TURN,
      leaseUntil: now.add(deps.leases.events),
      lease: deps.ids(),
    })
    for (const { key } of turn.lanes) await archiveOne(deps, turn, key)
    return turn.lanes.length
  })
}

/** The lane is held before the enrollments are counted: one that ends after the count wakes it anew. */
async function archiveOne(deps: FinishDeps, turn: Turn, sequenceId: string): Promise<void> {
  const portal: PortalContext = { portalId: turn.portalId, actor: { kind: 'worker' }, requestId: turn.lease }
  await inPortal(deps.db, turn.portalId, async (trx) => {
    const sequence = await lockSequence(trx, turn.portalId, sequenceId)
    if (!(await holdTurn(trx, FINISHING, turn)).has(sequenceId)) return
    const finishing = sequence?.status === 'finishing'
    const goesOn = finishing && (await countRunning(trx, turn.portalId, sequenceId)) > 0
    if (finishing && !goesOn) await archiveSequence(deps, trx, portal, sequenceId)
    const next = goesOn ? { dueAt: deps.clock().add(LOOK_AGAIN) } : null
    await releaseLane(trx, FINISHING, turn.portalId, sequenceId, next)
  })
}
