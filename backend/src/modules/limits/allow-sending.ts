import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { releaseStoppedSteps } from '#modules/steps/release-stopped-steps.ts'
import { nameOf } from './name-of.ts'
import { findSequenceName, liftStop } from './repository.ts'
import type { SendingStop } from './stop-sending.ts'

/**
 * Lifts a stop; the mails that waited for it are due now. What another stop still covers waits on. False when there was
 * nothing to lift. The lifted stop stays in the table: who stopped what, when and why, and who lifted it. Throws
 * `not_found` for a sequence the portal does not have.
 */
export async function allowSending(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  stop: Pick<SendingStop, 'sequenceId' | 'cause'>,
): Promise<boolean> {
  const { sequenceId } = stop
  const sequence = sequenceId === null ? null : await findSequenceName(trx, portal.portalId, sequenceId)
  if (sequence === undefined) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
  const lifted = { liftedAt: deps.clock(), liftedBy: nameOf(portal.actor) }
  if (!(await liftStop(trx, portal.portalId, stop, lifted))) return false
  await releaseStoppedSteps(deps, trx, portal, sequenceId)
  await recordActivity(deps, trx, portal, { kind: 'sending.allowed', data: { sequence } })
  return true
}
