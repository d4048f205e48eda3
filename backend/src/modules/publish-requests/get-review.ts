import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { getDefinition } from '#modules/sequences/get-definition.ts'
import type { SequenceReview } from '#shared/contract/publish-approval.ts'
import { personOf } from './person-of.ts'
import { findLatestRequest, selectNeedsApproval } from './repository.ts'

/** Whether the draft of a sequence waits for somebody, as it is now. Throws `not_found`. */
export async function getReview(
  deps: Pick<Deps, 'db'>,
  portal: PortalContext,
  sequenceId: string,
): Promise<SequenceReview> {
  const { portalId } = portal
  return inPortal(deps.db, portalId, async (trx) => {
    const { sequence } = await getDefinition(trx, portalId, sequenceId, 'draft')
    const latest = await findLatestRequest(trx, portalId, sequenceId)
    // What was said about another revision says nothing about this draft.
    const request = latest?.revision === sequence.revision && !sequence.draftPublished ? latest : undefined
    const state = request?.status === 'waiting' || request?.status === 'returned' ? request.status : 'none'
    const told = state === 'none' ? undefined : request
    return {
      sequenceName: sequence.name,
      needsApproval: await selectNeedsApproval(trx, portalId),
      state,
      submittedBy: told?.submittedBy ?? null,
      submittedAt: told?.submittedAt.toString() ?? null,
      answeredBy: told?.answeredBy ?? null,
      comment: told?.comment ?? null,
      mayAnswer: state === 'waiting' && request?.submittedBy !== personOf(portal.actor),
    }
  })
}
