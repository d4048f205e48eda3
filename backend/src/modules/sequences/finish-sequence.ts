import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { FINISHING } from '#modules/enrollments/end-enrollments.ts'
import { archiveSequence } from './archive-sequence.ts'
import { countRunning, lockSequence, type SequenceRecord, updateSequence } from './repository.ts'

/**
 * Takes a sequence out of use without stopping anybody: nobody new is enrolled, its running enrollments go on to their end, and
 * the last one archives it (`archiveFinished`). With none running it is archived at once. Throws `not_found`, and `conflict` for
 * a paused one, whose mails somebody stopped: finishing would send them.
 */
export async function finishSequence(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  sequenceId: string,
): Promise<SequenceRecord> {
  const { portalId } = portal
  const sequence = await lockSequence(trx, portalId, sequenceId)
  if (!sequence) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
  if (sequence.status === 'archived' || sequence.status === 'finishing') return sequence
  // The lock keeps enrollments from beginning, so none is missed.
  const count = await countRunning(trx, portalId, sequenceId)
  if (count === 0) return archiveSequence(deps, trx, portal, sequenceId)
  if (sequence.status === 'paused') {
    throw new AppError(
      'conflict',
      `“${sequence.name}” is paused, so its enrollments cannot finish. Resume it first, or stop them.`,
    )
  }
  const finishing = await updateSequence(trx, portalId, sequenceId, { status: 'finishing' }, deps.clock())
  await wakeLane(trx, portalId, FINISHING, sequenceId, deps.clock())
  await recordActivity(deps, trx, portal, {
    kind: 'sequence.finishing',
    subjectId: sequenceId,
    data: { sequence: sequence.name, count },
  })
  return finishing
}
