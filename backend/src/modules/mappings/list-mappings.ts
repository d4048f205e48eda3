import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { listRevisions } from '#modules/revisions/list-revisions.ts'
import type { MappingRow } from '#shared/contract/mapping.ts'
import { mappingSetting } from './mapping-setting.ts'
import { listNamedMappings, type NamedMapping } from './repository.ts'

/** All mappings in HubSpot's order of pipelines and stages, each with its names and whether it can still work. */
export async function listMappings(deps: Pick<Deps, 'db'>, portal: PortalContext): Promise<MappingRow[]> {
  const { portalId } = portal
  const [mappings, revisionOf] = await inPortal(deps.db, portalId, async (trx) => {
    // Before the mappings: one that changes in between is then shown with too low a revision, whose change is refused.
    const revisionOf = await listRevisions(trx, portalId, 'mapping')
    return [await listNamedMappings(trx, portalId), revisionOf] as const
  })
  return mappings.map(({ stageArchived, ...mapping }) => ({
    ...mapping,
    revision: revisionOf(mappingSetting(mapping.pipelineId, mapping.stageId).subject),
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
