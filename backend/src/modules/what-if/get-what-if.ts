import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { WhatIf } from '#shared/contract/what-if.ts'
import { describeRun } from './describe-run.ts'
import { findDraft, findRun } from './repository.ts'

/** The last question about a sequence, with its answer as soon as there is one. Throws `not_found`. */
export function getWhatIf(deps: Pick<Deps, 'db'>, { portalId }: PortalContext, sequenceId: string): Promise<WhatIf> {
  return inPortal(deps.db, portalId, async (trx) => {
    const draft = await findDraft(trx, portalId, sequenceId)
    if (!draft) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
    return describeRun(trx, portalId, sequenceId, draft.revision, await findRun(trx, portalId, sequenceId))
  })
}
