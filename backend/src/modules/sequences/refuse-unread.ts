import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { getLockedSequence } from './get-locked-sequence.ts'

/** Throws `conflict` when the draft is another one than a person looked at: nobody puts to work what they have not read. */
export async function refuseUnread(trx: Trx, portalId: number, sequenceId: string, seen: number): Promise<void> {
  const { revision } = await getLockedSequence(trx, portalId, sequenceId)
  if (revision === seen) return
  throw new AppError(
    'conflict',
    'Somebody else saved this sequence since you opened it, so you have not seen what this is about. Go back and open it again.',
  )
}
