import type { PortalContext } from '#core/context.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { resolveStepIn } from '#modules/steps/resolve-step.ts'
import type { DecideLateMails, LateMailsDecided } from '#shared/contract/limits.ts'
import { countLateMails, lockLateMails } from './repository.ts'

/** Decided in one transaction: each takes some milliseconds, and HubSpot's proxy waits 15 seconds for an answer. */
const AT_ONCE = 200

const ACTIONS = { approve: 'retry', skip: 'skip' } as const

/**
 * A person sends late mails after all, or goes on without them: those named, or all, the oldest first. What no longer waits is
 * left alone, so a list that is a minute old does no harm. Each deal's log has its line.
 */
export function decideLateMails(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  input: DecideLateMails,
): Promise<LateMailsDecided> {
  const { idempotencyKey, action, stepRunIds } = input
  const change = { key: idempotencyKey, operation: `late_mails.${action}`, input: { stepRunIds } }
  return once(deps, portal, change, async (trx) => {
    const ids = await lockLateMails(trx, portal.portalId, stepRunIds, AT_ONCE)
    for (const stepRunId of ids) await resolveStepIn(deps, trx, portal, { stepRunId, action: ACTIONS[action] })
    if (ids.length > 0) {
      const kind = action === 'approve' ? 'late_mails.approved' : 'late_mails.skipped'
      await recordActivity(deps, trx, portal, { kind, data: { count: ids.length } })
    }
    return { decided: ids.length, left: await countLateMails(trx, portal.portalId) }
  })
}
