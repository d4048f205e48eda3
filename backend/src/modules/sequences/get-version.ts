import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { SequenceVersion } from '#shared/contract/sequence-version.ts'
import { nameStep } from './name-step.ts'
import { findVersion } from './versions-repository.ts'

/** One published version as it was frozen. Throws `not_found`. */
export async function getVersion(
  deps: Pick<Deps, 'db'>,
  portal: PortalContext,
  sequenceId: string,
  version: string,
): Promise<SequenceVersion> {
  const { portalId } = portal
  const found = await inPortal(deps.db, portalId, (trx) => findVersion(trx, portalId, sequenceId, Number(version)))
  if (!found) throw new AppError('not_found', 'There is no such version. Reload the page.')
  return { ...found, publishedAt: found.publishedAt.toString(), outline: found.definition.steps.map(nameStep) }
}
