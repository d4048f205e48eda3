import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { StopReason } from '#shared/vocabulary.ts'
import { endEnrollment } from './end-enrollment.ts'
import { selectAllOpen } from './repository.ts'

/**
 * Stops every active or paused enrollment of the portal, in the caller's transaction; returns how many. Each goes through
 * the one exit, so each keeps its own history: some five statements per enrollment, a few seconds for ten thousand.
 */
export async function stopAllEnrollments(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  reason: StopReason,
): Promise<number> {
  let stopped = 0
  for (const id of await selectAllOpen(trx, portal.portalId)) {
    if (await endEnrollment(deps, trx, portal, id, { status: 'stopped', reason })) stopped++
  }
  return stopped
}
