import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { type ClaimedRun, claimRuns, lockDueLane, lockLane, moveLane } from './claim-repository.ts'
import { BATCH } from './limits.ts'
import { recoverLeases } from './recover-leases.ts'

export interface Claim {
  /** In due order; `sending` and leased to this worker. */
  readonly runs: readonly ClaimedRun[]
  /** Left by a worker that is gone, their mail perhaps sent. */
  readonly lost: readonly ClaimedRun[]
}

/**
 * Claims up to `limit` due runs of one portal in one short transaction of its own, and moves the portal's lane to its next
 * moment. Empty when another worker has the lane in hand. Nothing is sent under this transaction.
 */
export async function claimDueRuns(
  deps: Pick<Deps, 'db' | 'clock' | 'leases'>,
  portalId: number,
  limit: number = BATCH,
): Promise<Claim> {
  const now = deps.clock()
  return inPortal(deps.db, portalId, async (trx) => {
    const lane = await lockDueLane(trx, portalId, now)
    if (!lane) return { runs: [], lost: [] }
    const lost = lane.expired ? await recoverLeases(trx, portalId, now, limit) : []
    const runs = await claimRuns(trx, portalId, now, now.add(deps.leases.steps), limit)
    await moveLane(trx, portalId)
    return { runs, lost }
  })
}

/**
 * Moves the lane again after a batch was settled: until then it had to mind the leases of the batch. Whoever has the lane in
 * hand just now moves it as well.
 */
export async function tidyLane(deps: Pick<Deps, 'db'>, portalId: number): Promise<void> {
  await inPortal(deps.db, portalId, async (trx) => {
    if (await lockLane(trx, portalId)) await moveLane(trx, portalId)
  })
}
