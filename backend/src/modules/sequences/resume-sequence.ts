import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { requireSendableDomain } from '#modules/senders/require-sendable-domain.ts'
import { releasePausedSteps } from '#modules/steps/release-paused-steps.ts'
import { getLockedSequence } from './get-locked-sequence.ts'
import { type SequenceRecord, updateSequence } from './repository.ts'

/**
 * Lets a paused sequence enroll and mail again; steps that came due meanwhile go out now. Takes a finishing one back into use.
 * Active already: nothing happens. Throws `conflict` while the domain mails would come from is not ready.
 */
export async function resumeSequence(
  deps: Pick<Deps, 'clock' | 'ids' | 'settings'>,
  trx: Trx,
  portal: PortalContext,
  sequenceId: string,
): Promise<SequenceRecord> {
  const sequence = await getLockedSequence(trx, portal.portalId, sequenceId)
  if (sequence.status === 'active') return sequence
  if (sequence.status !== 'paused' && sequence.status !== 'finishing') {
    throw new AppError('conflict', `“${sequence.name}” was never published. Publish it to start it.`)
  }
  await requireSendableDomain(deps, trx, portal.portalId)
  const resumed = await updateSequence(trx, portal.portalId, sequenceId, { status: 'active' }, deps.clock())
  await releasePausedSteps(deps, trx, portal, sequenceId)
  await recordActivity(deps, trx, portal, {
    kind: 'sequence.resumed',
    subjectId: sequenceId,
    data: { sequence: sequence.name },
  })
  return resumed
}
