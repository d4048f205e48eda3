import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { resolveEach } from '#modules/steps/resolve-each.ts'
import type { DecideAllLateMails, DecideLateMails, LateMailsDecided } from '#shared/contract/limits.ts'
import { readCounted } from './read-counted.ts'
import { countLateMails, hasRuns, lockLateMails } from './repository.ts'

/** Decided in one transaction: each takes some milliseconds, and HubSpot's proxy waits 15 seconds for an answer. */
const AT_ONCE = 200

const ACTIONS = { approve: 'retry', skip: 'skip' } as const

/** Those named, or with null all that were counted. */
export type LateMailsToDecide = DecideLateMails | (DecideAllLateMails & { readonly stepRunIds: null })

/**
 * A person sends late mails after all, or goes on without them: those named, or all that were counted, the oldest first. What
 * no longer waits is left alone, and so is what was not counted, so a list that is a minute old does no harm. Each is decided for
 * itself: one that cannot be, because its calendar names no moment for it any more, is told with its reason and keeps no other
 * back. Each deal's log has its line. Throws `not_found` for a mail the portal does not have, and `conflict` when more wait than
 * were counted.
 */
export function decideLateMails(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'log'>,
  portal: PortalContext,
  input: LateMailsToDecide,
): Promise<LateMailsDecided> {
  const { idempotencyKey, action, stepRunIds } = input
  const counted = stepRunIds === null ? readCounted(input) : null
  const which = counted ? { countedAt: counted.countedAt.toString(), count: counted.count } : { stepRunIds }
  const change = { key: idempotencyKey, operation: `late_mails.${action}`, input: which }
  return once(deps, portal, change, async (trx) => {
    if (stepRunIds && !(await hasRuns(trx, portal.portalId, stepRunIds))) {
      throw new AppError('not_found', 'There is no such e-mail. Reload the page.')
    }
    if (counted && (await countLateMails(trx, portal.portalId, counted.countedAt)) > counted.count) {
      throw new AppError('conflict', 'More e-mails wait than were counted. Reload the page and look at them first.')
    }
    const which = { ids: stepRunIds, until: counted?.countedAt ?? null }
    const mails = await lockLateMails(trx, portal.portalId, which, AT_ONCE)
    const refused = await resolveEach(deps, trx, portal, mails, ACTIONS[action])
    const decided = mails.length - refused.length
    if (decided > 0) {
      const kind = action === 'approve' ? 'late_mails.approved' : 'late_mails.skipped'
      await recordActivity(deps, trx, portal, { kind, data: { count: decided } })
    }
    const left = await countLateMails(trx, portal.portalId, counted?.countedAt ?? null)
    return { decided, left, refused }
  })
}
