import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { Sequence } from '#shared/contract/sequence.ts'
import { findSequence } from './repository.ts'
import type { TemplateTools } from './template-tools.ts'
import { toSequence } from './to-sequence.ts'

/** One sequence with its draft, for the editor. Throws `not_found`. */
export async function getSequence(
  deps: Pick<Deps, 'db'>,
  portal: PortalContext,
  sequenceId: string,
  tools: Pick<TemplateTools, 'fields'>,
): Promise<Sequence> {
  const sequence = await inPortal(deps.db, portal.portalId, (trx) => findSequence(trx, portal.portalId, sequenceId))
  if (!sequence) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
  return toSequence(sequence, tools)
}
