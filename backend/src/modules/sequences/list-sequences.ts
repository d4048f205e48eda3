import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { SequenceRow } from '#shared/contract/sequence.ts'
import { listSequenceRecords } from './repository.ts'

/** All sequences by name, archived ones last. Steps are those of the published version, of the draft before it. */
export async function listSequences(deps: Pick<Deps, 'db'>, portal: PortalContext): Promise<SequenceRow[]> {
  const records = await inPortal(deps.db, portal.portalId, (trx) => listSequenceRecords(trx, portal.portalId))
  return records.map(({ draftPublished, updatedAt, ...row }) => ({
    ...row,
    hasUnpublishedChanges: !draftPublished,
    updatedAt: updatedAt.toString(),
  }))
}
