import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { DiffQuery, SequenceDiff } from '#shared/contract/sequence-version.ts'
import { diffDefinitions } from './diff-definitions.ts'
import { getDefinition } from './get-definition.ts'

/** What differs between two versions of a sequence, or a version and its draft. Throws `not_found`. */
export async function diffVersions(
  deps: Pick<Deps, 'db'>,
  portal: PortalContext,
  sequenceId: string,
  { from, to }: DiffQuery,
): Promise<SequenceDiff> {
  const { portalId } = portal
  return inPortal(deps.db, portalId, async (trx) => {
    const before = await getDefinition(trx, portalId, sequenceId, from)
    const after = await getDefinition(trx, portalId, sequenceId, to)
    return { sequenceName: after.sequence.name, lines: diffDefinitions(before.definition, after.definition) }
  })
}
