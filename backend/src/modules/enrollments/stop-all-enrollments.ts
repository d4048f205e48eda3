import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { StopReason } from '#shared/vocabulary.ts'
import { endEnrollments } from './end-enrollments.ts'
import { selectAllOpen } from './ending-repository.ts'

/** Enrollments ended by one pair of statements: each is over within a fraction of a second. */
const TOGETHER = 1_000

/**
 * Stops every active or paused enrollment of the portal, in the caller's transaction; returns how many. Each goes through
 * the one exit and keeps its own history: some three seconds for twenty thousand.
 */
export async function stopAllEnrollments(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  reason: StopReason,
): Promise<number> {
  const open = await selectAllOpen(trx, portal.portalId)
  let stopped = 0
  for (let from = 0; from < open.length; from += TOGETHER) {
    const ids = open.slice(from, from + TOGETHER)
    stopped += await endEnrollments(deps, trx, portal, ids, { status: 'stopped', reason })
  }
  return stopped
}
