import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { countBounces, countBouncesSince, insertBounces, lockBounces } from './bounces-repository.ts'
import { BOUNCE_MAILS, BOUNCE_SHARE, BOUNCE_WINDOW, type BreakerStop } from './decide-breaker.ts'
import { tripBreaker } from './trip-breaker.ts'

/**
 * The mails of these step runs bounced for good. Remembers each once and stops first mails where too many did; says what was
 * stopped. Call it last in the transaction that learned of the bounces: it makes the portal's bounces be counted one
 * transaction after another, so that two workers with one bounce each cannot both miss the one that is too many.
 */
export async function noteBounces(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  stepRunIds: readonly string[],
): Promise<readonly BreakerStop[]> {
  if (stepRunIds.length === 0) return []
  const { portalId } = portal
  await lockBounces(trx, portalId)
  const now = deps.clock()
  if ((await insertBounces(trx, portalId, stepRunIds, now)) === 0) return []
  const since = now.subtract(BOUNCE_WINDOW)
  // Nearly every bounce ends here: counting a day's mails is worth it only when it could be too many.
  if ((await countBouncesSince(trx, portalId, since)) < BOUNCE_MAILS * BOUNCE_SHARE) return []
  return tripBreaker(deps, trx, portal, await countBounces(trx, portalId, since))
}
