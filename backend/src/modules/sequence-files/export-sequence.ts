import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { listScenarios } from '#modules/scenarios/list-scenarios.ts'
import { getDefinition } from '#modules/sequences/get-definition.ts'
import type { ExportQuery, SequenceFile } from '#shared/contract/sequence-file.ts'
import { findFileKey } from './repository.ts'
import { writeFile } from './write-file.ts'

/**
 * A sequence's draft with its scenarios, or one of its versions, as a YAML file. Scenarios belong to the draft alone, so the file
 * of a version says nothing of them. Throws `not_found`.
 */
export async function exportSequence(
  deps: Pick<Deps, 'db'>,
  portal: PortalContext,
  sequenceId: string,
  { version = 'draft' }: ExportQuery,
): Promise<SequenceFile> {
  const { portalId } = portal
  return inPortal(deps.db, portalId, async (trx) => {
    const { sequence, definition } = await getDefinition(trx, portalId, sequenceId, version)
    const key = (await findFileKey(trx, portalId, sequenceId)) ?? sequenceId
    const what = version === 'draft' ? 'draft' : `version ${version}`
    const own = version === 'draft' ? (await listScenarios(trx, portalId, sequenceId)).scenarios : []
    const scenarios = own.length > 0 ? own : undefined
    const { name } = sequence
    return { fileName: fileNameOf(name), text: writeFile({ key, name, definition, scenarios, what }) }
  })
}

function fileNameOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g)
  return `${words?.join('-').slice(0, 60) ?? 'sequence'}.yaml`
}
