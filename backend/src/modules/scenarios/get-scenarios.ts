import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { Scenarios } from '#shared/contract/scenario.ts'
import { describeScenarios } from './describe-scenarios.ts'
import { findScenarios, findTriedSequence } from './repository.ts'

/** A sequence's scenarios with what comes of them for its saved draft. Throws `not_found`. */
export async function getScenarios(
  deps: Pick<Deps, 'db'>,
  { portalId }: PortalContext,
  sequenceId: string,
): Promise<Scenarios> {
  const { sequence, stored } = await inPortal(deps.db, portalId, async (trx) => ({
    sequence: await findTriedSequence(trx, portalId, sequenceId),
    stored: await findScenarios(trx, portalId, sequenceId),
  }))
  if (!sequence) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
  return describeScenarios(sequenceId, sequence.draft, stored)
}
