import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { countRunning, lockSequence, type SequenceRecord, updateSequence } from './repository.ts'

/**
 * Takes a sequence out of use for good; its name is free again, its mappings start nothing. Refused with `conflict` while
 * enrollments run: a contact in the middle of a conversation is a person's decision (`finishSequence`,
 * `stopAndArchiveSequence`). Archived already: nothing happens.
 */
export async function archiveSequence(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  sequenceId: string,
): Promise<SequenceRecord> {
  const sequence = await lockSequence(trx, portal.portalId, sequenceId)
  if (!sequence) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
  if (sequence.status === 'archived') return sequence
  const running = await countRunning(trx, portal.portalId, sequenceId)
  if (running > 0) {
    const contacts = running === 1 ? '1 enrollment still runs' : `${running} enrollments still run`
    throw new AppError(
      'conflict',
      `${contacts} in “${sequence.name}”. Let them finish, or stop them: both archive the sequence.`,
    )
  }
  const archived = await updateSequence(trx, portal.portalId, sequenceId, { status: 'archived' }, deps.clock())
  await recordActivity(deps, trx, portal, {
    kind: 'sequence.archived',
    subjectId: sequenceId,
    data: { sequence: sequence.name },
  })
  return archived
}
