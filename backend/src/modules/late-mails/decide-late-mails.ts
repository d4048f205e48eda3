import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { resolveEach } from '#modules/steps/resolve-each.ts'
import type { DecideAllLateMails, LateMailsDecided } from '#shared/contract/limits.ts'
import { countLateMails, hasRuns, lockLateMails } from './repository.ts'

/** Decided in one transaction: each takes some milliseconds, and HubSpot's proxy waits 15 seconds for an answer. */
const AT_ONCE = 200

const ACTIONS = { approve: 'retry', skip: 'skip' } as const

export type LateMailsToDecide = DecideAllLateMails & {
  /** Null: all. */
  readonly stepRunIds: readonly string[] | null
}

/**
 * A person sends late mails after all, or goes on without them: those named, or all, the oldest first. What no longer waits is
 * left alone, so a list that is a minute old does no harm. Each is decided for itself: one that cannot be, because its sequence or
 * calendar names no moment for it any more, is told with its reason and keeps no other back. Each deal's log has its line.
 * Throws `not_found` for a mail the portal does not have.
 */
export function decideLateMails(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'log'>,
  portal: PortalContext,
  input: LateMailsToDecide,
): Promise<LateMailsDecided> {
  const { idempotencyKey, action, stepRunIds } = input
  const change = { key: idempotencyKey, operation: `late_mails.${action}`, input: { stepRunIds } }
  return once(deps, portal, change, async (trx) => {
    if (stepRunIds && !(await hasRuns(trx, portal.portalId, stepRunIds))) {
      throw new AppError('not_found', 'There is no such e-mail. Reload the page.')
    }
    const mails = await lockLateMails(trx, portal.portalId, stepRunIds, AT_ONCE)
    const refused = await resolveEach(deps, trx, portal, mails, ACTIONS[action])
    const decided = mails.length - refused.length
    if (decided > 0) {
      const kind = action === 'approve' ? 'late_mails.approved' : 'late_mails.skipped'
      await recordActivity(deps, trx, portal, { kind, data: { count: decided } })
    }
    return { decided, left: await countLateMails(trx, portal.portalId), refused }
  })
}
