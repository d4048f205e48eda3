import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { getUsableSequence } from '#modules/sequences/get-usable-sequence.ts'
import { listOutlines, type Outline } from './repository.ts'

export interface MoveTarget {
  readonly sequenceName: string
  readonly to: Outline
  /** All versions by number. */
  readonly outlines: ReadonlyMap<number, Outline>
}

/** The version to which enrollments are moved. Throws `not_found`, and `conflict` for an archived sequence. */
export async function getTarget(trx: Trx, portalId: number, sequenceId: string, version: number): Promise<MoveTarget> {
  const { name } = await getUsableSequence(trx, portalId, sequenceId)
  const outlines = await listOutlines(trx, portalId, sequenceId)
  const to = outlines.get(version)
  if (!to) throw new AppError('not_found', `“${name}” has no version ${version}. Reload the page.`)
  return { sequenceName: name, to, outlines }
}
