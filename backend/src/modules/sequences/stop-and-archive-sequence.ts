import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { wakeLanes } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { ENDINGS } from '#modules/enrollments/end-archived.ts'
import { listRunning, lockSequence, type SequenceRecord, updateSequence } from './repository.ts'

/**
 * Archives a sequence with everything that runs in it: from the commit on the gate of every mail is closed, and nobody is
 * enrolled any more. The enrollments themselves are ended afterwards, each on its own (`endArchived`), so that ten thousand of
 * them are neither one long transaction nor lost with a closed browser. A mail whose content has begun was too late to stop.
 * Throws `not_found`; archived already: nothing happens.
 */
export async function stopAndArchiveSequence(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  sequenceId: string,
): Promise<SequenceRecord> {
  const { portalId } = portal
  const sequence = await lockSequence(trx, portalId, sequenceId)
  if (!sequence) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
  if (sequence.status === 'archived') return sequence
  const archived = await updateSequence(trx, portalId, sequenceId, { status: 'archived' }, deps.clock())
  // The lock keeps enrollments from beginning, so none is missed.
  const running = await listRunning(trx, portalId, sequenceId)
  await wakeLanes(trx, portalId, ENDINGS, running, deps.clock())
  await recordActivity(deps, trx, portal, {
    kind: 'sequence.archived',
    subjectId: sequenceId,
    data: { sequence: sequence.name, ...(running.length > 0 ? { count: running.length } : {}) },
  })
  return archived
}
