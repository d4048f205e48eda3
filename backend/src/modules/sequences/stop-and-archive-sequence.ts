import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { endEnrollment } from '#modules/enrollments/end-enrollment.ts'
import { archiveSequence } from './archive-sequence.ts'
import { listRunning, lockSequence, type SequenceRecord } from './repository.ts'

/**
 * Stops every running enrollment of a sequence and archives it, in one transaction: some five statements per enrollment. Where
 * that takes longer than HubSpot waits for an answer it is done all the same, and the repeat of the call waits for it. A mail
 * that is being handed over is stopped by its gate, or was too late to stop. Throws `not_found`; archived already: nothing happens.
 */
export async function stopAndArchiveSequence(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  sequenceId: string,
): Promise<SequenceRecord> {
  const sequence = await lockSequence(trx, portal.portalId, sequenceId)
  if (!sequence) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
  for (const id of await listRunning(trx, portal.portalId, sequenceId)) {
    await endEnrollment(deps, trx, portal, id, { status: 'stopped', reason: 'sequence_archived' })
  }
  return archiveSequence(deps, trx, portal, sequenceId)
}
