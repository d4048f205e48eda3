import { serveEachLane } from '#db/serve-each-lane.ts'
import type { Served } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import { FINISHING } from '#modules/enrollments/end-enrollments.ts'
import { archiveSequence } from './archive-sequence.ts'
import { countRunning, lockSequence } from './repository.ts'

/** An enrollment that ended in the very moment in which its sequence began to finish did not see that, and wakes nobody. */
const LOOK_AGAIN = Temporal.Duration.from({ minutes: 15 })

type FinishDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'leases' | 'log' | 'metrics'>

/**
 * One pass over the next portal with finishing sequences to look at: archives those in which no enrollment is left.
 * `undefined` when no portal after `afterPortal` has one.
 */
export function archiveFinished(
  deps: FinishDeps,
  afterPortal: number,
  busy: Set<number> = new Set(),
): Promise<Served | undefined> {
  return serveEachLane(
    deps,
    { kind: FINISHING, afterPortal, busy },
    {
      lock: lockSequence,
      // The lane is held before the enrollments are counted: one that ends after the count wakes it anew.
      serve: async (trx, portal, { id, status }) => {
        if (status !== 'finishing') return null
        if ((await countRunning(trx, portal.portalId, id)) > 0) return deps.clock().add(LOOK_AGAIN)
        await archiveSequence(deps, trx, portal, id)
        return null
      },
    },
  )
}
