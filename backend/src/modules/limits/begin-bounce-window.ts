import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { BOUNCE_WINDOW } from './decide-breaker.ts'
import { findLiftedAt } from './repository.ts'

/**
 * From when mails and bounces of a sequence count for the breaker: a day ago, or the last time a stop for bounces was lifted.
 * The bounces a person has looked at do not stop the sequence again.
 */
export async function beginBounceWindow(
  deps: Pick<Deps, 'clock'>,
  trx: Trx,
  portal: PortalContext,
  sequenceId: string,
): Promise<Temporal.Instant> {
  const dayAgo = deps.clock().subtract(BOUNCE_WINDOW)
  const liftedAt = await findLiftedAt(trx, portal.portalId, sequenceId)
  return liftedAt && Temporal.Instant.compare(liftedAt, dayAgo) > 0 ? liftedAt : dayAgo
}
