import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { faultCode } from '#core/fault-code.ts'
import type { Trx } from '#db/database.ts'
import { hitsEverybody } from '#db/hits-everybody.ts'
import { inSavepoint } from '#db/in-savepoint.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { resolveStepIn } from '#modules/steps/resolve-step.ts'
import { changeResting } from '#modules/steps/run-repository.ts'
import type { DecideAllLateMails, LateMailsDecided } from '#shared/contract/limits.ts'
import { countLateMails, hasRuns, type LockedLateMail, lockLateMails } from './repository.ts'

/** Decided in one transaction: each takes some milliseconds, and HubSpot's proxy waits 15 seconds for an answer. */
const AT_ONCE = 200

const ACTIONS = { approve: 'retry', skip: 'skip' } as const

type DecideDeps = Pick<Deps, 'clock' | 'ids' | 'log'>

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
  deps: DecideDeps & Pick<Deps, 'db'>,
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
    const refused: LateMailsDecided['refused'] = []
    for (const mail of mails) {
      const why = await decideOne(deps, trx, portal, mail, action)
      if (why !== undefined) refused.push({ stepRunId: mail.id, contactName: mail.contactName, why })
    }
    const decided = mails.length - refused.length
    if (decided > 0) {
      const kind = action === 'approve' ? 'late_mails.approved' : 'late_mails.skipped'
      await recordActivity(deps, trx, portal, { kind, data: { count: decided } })
    }
    return { decided, left: await countLateMails(trx, portal.portalId), refused }
  })
}

/**
 * Gives why it could not be done; undefined when it was. Such a mail is no question for all together any more, and would be the
 * oldest in every next call: it waits on its card with the reason.
 */
async function decideOne(
  deps: DecideDeps,
  trx: Trx,
  portal: PortalContext,
  mail: LockedLateMail,
  action: DecideAllLateMails['action'],
): Promise<string | undefined> {
  try {
    await inSavepoint(trx, () => resolveStepIn(deps, trx, portal, { stepRunId: mail.id, action: ACTIONS[action] }))
    return undefined
  } catch (error) {
    if (hitsEverybody(error)) throw error
    const known = error instanceof AppError && error.code !== 'internal'
    if (!known)
      deps.log.error({ portalId: portal.portalId, stepRunId: mail.id, err: error }, 'late mail was not decided')
    const why = known ? error.message : `Stagecue failed on this step (error ${faultCode(error)}).`
    const change = {
      status: 'held' as const,
      why: `${why} Before: ${mail.why}`,
      heldFor: known ? null : ('fault' as const),
    }
    await changeResting(trx, portal.portalId, mail.id, 'held', change)
    return why
  }
}
