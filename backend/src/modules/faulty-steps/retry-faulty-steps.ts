import type { PortalContext } from '#core/context.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { once } from '#modules/idempotency/once.ts'
import { resolveEach } from '#modules/steps/resolve-each.ts'
import type { Change } from '#shared/contract/common.ts'
import type { LateMailsDecided } from '#shared/contract/limits.ts'
import { countFaultySteps, hurryUnwritten, lockFaultySteps } from './repository.ts'

/** As for late mails: within the 15 seconds that HubSpot's proxy waits for an answer. */
const AT_ONCE = 200

/**
 * A person has the steps tried again that Stagecue gave up after errors of its own, those that wait longest first, as the card's
 * Retry does for one; each deal's log has its line. What became of a mail is only written down, now instead of in some hours.
 */
export function retryFaultySteps(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'log'>,
  portal: PortalContext,
  { idempotencyKey: key }: Change,
): Promise<LateMailsDecided> {
  const { portalId } = portal
  return once(deps, portal, { key, operation: 'faulty_steps.retry', input: {} }, async (trx) => {
    const runs = await lockFaultySteps(trx, portalId, AT_ONCE)
    const refused = await resolveEach(deps, trx, portal, runs, 'retry')
    const hurried = await hurryUnwritten(trx, portalId, deps.clock())
    if (hurried > 0) await wakeLane(trx, portalId, 'steps', WHOLE_PORTAL, deps.clock())
    const left = await countFaultySteps(trx, portalId)
    return { decided: runs.length - refused.length + hurried, left, refused }
  })
}
