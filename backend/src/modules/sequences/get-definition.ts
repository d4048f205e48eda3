import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { findSequence, type SequenceRecord } from './repository.ts'
import { findVersion } from './versions-repository.ts'

/** A published version of a sequence, or its draft. Throws `not_found`. */
export async function getDefinition(
  trx: Trx,
  portalId: number,
  sequenceId: string,
  which: string,
): Promise<{ sequence: SequenceRecord; definition: SequenceDefinition }> {
  const sequence = await findSequence(trx, portalId, sequenceId)
  if (!sequence) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
  if (which === 'draft') return { sequence, definition: sequence.draft }
  const version = await findVersion(trx, portalId, sequenceId, Number(which))
  if (!version) throw new AppError('not_found', `“${sequence.name}” has no version ${which}. Reload the page.`)
  return { sequence, definition: version.definition }
}
