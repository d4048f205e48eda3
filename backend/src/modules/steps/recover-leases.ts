import type { Trx } from '#db/database.ts'
import { type ClaimedRun, lockExpiredRuns, reopenRuns, selectRunsInData } from './claim-repository.ts'

/**
 * Takes back what a worker left behind when it died or froze: without a mark that content began the run is planned again;
 * with it nobody can know, and the run is returned to be settled as unconfirmed. The deliveries are read after the runs are
 * locked, so that a gate which opened a moment ago is seen, and one that comes later finds the run no longer `sending`.
 */
export async function recoverLeases(
  trx: Trx,
  portalId: number,
  now: Temporal.Instant,
  limit: number,
): Promise<ClaimedRun[]> {
  const expired = await lockExpiredRuns(trx, portalId, now, limit)
  if (expired.length === 0) return []
  const ids = expired.map((run) => run.id)
  const inData = await selectRunsInData(trx, portalId, ids)
  const safe = ids.filter((id) => !inData.has(id))
  if (safe.length > 0) await reopenRuns(trx, portalId, safe)
  return expired.filter((run) => inData.has(run.id))
}
