import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { MappingRow } from '#shared/contract/mapping.ts'
import { listNamedMappings, type NamedMapping } from './repository.ts'

/** All mappings in HubSpot's order of pipelines and stages, each with its names and whether it can still work. */
export async function listMappings(deps: Pick<Deps, 'db'>, portal: PortalContext): Promise<MappingRow[]> {
  const mappings = await inPortal(deps.db, portal.portalId, (trx) => listNamedMappings(trx, portal.portalId))
  return mappings.map(({ stageArchived, ...mapping }) => ({
    ...mapping,
    pipelineLabel: mapping.pipelineLabel ?? mapping.pipelineId,
    stageLabel: mapping.stageLabel ?? mapping.stageId,
    state: stateOf({ ...mapping, stageArchived }),
  }))
}

function stateOf(mapping: NamedMapping): MappingRow['state'] {
  // No row at all is a stage of an installation that was read before: null counts as gone.
  if (mapping.stageArchived !== false) return 'stage_deleted'
  return mapping.sequenceStatus === 'active' ? 'valid' : 'sequence_not_active'
}
