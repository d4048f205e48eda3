import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { getLockedSequence } from './get-locked-sequence.ts'
import { refuseFinishing } from './refuse-finishing.ts'
import { type SequenceRecord, updateSequence } from './repository.ts'

/** Stops a sequence from enrolling and mailing until it is resumed. Paused already: nothing happens. */
export async function pauseSequence(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  sequenceId: string,
): Promise<SequenceRecord> {
  const sequence = await getLockedSequence(trx, portal.portalId, sequenceId)
  if (sequence.status === 'paused') return sequence
  refuseFinishing(sequence)
  if (sequence.status !== 'active') {
    throw new AppError('conflict', `“${sequence.name}” is not published yet, so there is nothing to pause.`)
  }
  const paused = await updateSequence(trx, portal.portalId, sequenceId, { status: 'paused' }, deps.clock())
  await recordActivity(deps, trx, portal, {
    kind: 'sequence.paused',
    subjectId: sequenceId,
    data: { sequence: sequence.name },
  })
  return paused
}
