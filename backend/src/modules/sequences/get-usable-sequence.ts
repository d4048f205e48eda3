import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { SequenceStatus } from '#shared/vocabulary.ts'
import { holdSequence } from './repository.ts'

/** Name and status of a sequence that something may point at. Throws `not_found`, and `conflict` for an archived one. */
export async function getUsableSequence(
  trx: Trx,
  portalId: number,
  id: string,
): Promise<{ id: string; name: string; status: SequenceStatus }> {
  const sequence = await holdSequence(trx, portalId, id)
  if (!sequence) throw new AppError('not_found', 'There is no such sequence. Reload the page and choose another one.')
  if (sequence.status === 'archived') {
    throw new AppError('conflict', `“${sequence.name}” is archived. Choose another sequence.`)
  }
  return sequence
}
