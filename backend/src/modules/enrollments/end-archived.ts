import { serveEachLane } from '#db/serve-each-lane.ts'
import type { Served } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import { endEnrollments } from './end-enrollments.ts'
import { lockIfArchived } from './repository.ts'

/** One lane for each enrollment that was running when its sequence was archived; its key is the enrollment's id. */
export const ENDINGS = 'endings'

/**
 * One pass over the next portal with enrollments to end whose sequence was archived over them, fifty at a time and each in a
 * transaction of its own. One that fails costs the others nothing and is tried again; its mails are stopped all the same.
 * `undefined` when no portal after `afterPortal` has any.
 */
export function endArchived(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'leases' | 'log' | 'metrics'>,
  afterPortal: number,
  busy: Set<number> = new Set(),
): Promise<Served | undefined> {
  return serveEachLane(
    deps,
    { kind: ENDINGS, afterPortal, busy },
    {
      lock: lockIfArchived,
      serve: async (trx, portal, id) => {
        await endEnrollments(deps, trx, portal, [id], { status: 'stopped', reason: 'sequence_archived' })
        return null
      },
    },
  )
}
