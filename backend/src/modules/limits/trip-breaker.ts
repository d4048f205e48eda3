import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { type BounceCount, type BreakerStop, decideBreaker } from './decide-breaker.ts'
import { selectOpenStops } from './repository.ts'
import { stopSending } from './stop-sending.ts'

/**
 * Stops first mails where too many bounce, and says what was stopped. Its state is the stops themselves. `counts` are of
 * the last day, or since such a stop was last lifted (`countBounces`): what a person has looked at does not stop again.
 */
export async function tripBreaker(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  counts: readonly BounceCount[],
): Promise<readonly BreakerStop[]> {
  const open = await selectOpenStops(trx, portal.portalId)
  const stopped = new Set(open.filter(({ cause }) => cause === 'bounces').map(({ sequenceId }) => sequenceId))
  const tripped: BreakerStop[] = []
  for (const stop of decideBreaker(counts, stopped)) {
    // Another worker may have counted the same bounces and been faster.
    if (await stopSending(deps, trx, portal, { ...stop, mails: 'first', cause: 'bounces' })) tripped.push(stop)
  }
  return tripped
}
