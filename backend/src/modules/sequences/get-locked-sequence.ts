import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { lockSequence, type SequenceRecord } from './repository.ts'

/** The sequence, locked for a change. Throws `not_found`, and `conflict` for an archived one: that is its end. */
export async function getLockedSequence(trx: Trx, portalId: number, id: string): Promise<SequenceRecord> {
  const sequence = await lockSequence(trx, portalId, id)
  if (!sequence) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
  if (sequence.status === 'archived') {
    throw new AppError('conflict', `“${sequence.name}” is archived and cannot be changed. Create a new sequence.`)
  }
  return sequence
}
