import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { VersionList } from '#shared/contract/sequence-version.ts'
import { findSequence } from './repository.ts'
import { listVersionRecords } from './versions-repository.ts'

/** Every published version of a sequence, newest first. Throws `not_found`. */
export async function listVersions(
  deps: Pick<Deps, 'db'>,
  portal: PortalContext,
  sequenceId: string,
): Promise<VersionList> {
  const { portalId } = portal
  return inPortal(deps.db, portalId, async (trx) => {
    const sequence = await findSequence(trx, portalId, sequenceId)
    if (!sequence) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
    const records = await listVersionRecords(trx, portalId, sequenceId)
    return {
      sequenceName: sequence.name,
      versions: records.map(({ publishedAt, ...row }) => {
        return { ...row, publishedAt: publishedAt.toString(), current: row.version === sequence.version }
      }),
    }
  })
}
