import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { insertApproval, type LargeChange, lockOpenApproval } from './repository.ts'

/**
 * The open approval of this change; made when there is none, also right after the last one was answered: an answer speaks for
 * the entries it was given for. Locks it, so that nobody answers between this look and the entry that joins.
 */
export async function joinApproval(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portalId: number,
  change: LargeChange,
): Promise<string> {
  const open = await lockOpenApproval(trx, portalId, change)
  if (open) return open
  const made = await insertApproval(trx, portalId, { id: deps.ids(), ...change }, deps.clock())
  return made ?? (await lockOpenApproval(trx, portalId, change)) ?? joinApproval(deps, trx, portalId, change)
}
