import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { Pipelines, Stage } from '#shared/contract/pipeline.ts'
import { findRefreshedAt, listPipelineRecords, listStageRecords } from './repository.ts'

/** The pipelines and stages HubSpot had when they were read last, in HubSpot's order. Asks HubSpot nothing. */
export function listPipelines(deps: Pick<Deps, 'db'>, portal: PortalContext): Promise<Pipelines> {
  return inPortal(deps.db, portal.portalId, (trx) => readPipelines(trx, portal.portalId))
}

/** The same inside another verb's transaction. */
export async function readPipelines(trx: Trx, portalId: number): Promise<Pipelines> {
  const refreshedAt = await findRefreshedAt(trx, portalId)
  const stages = new Map<string, Stage[]>()
  for (const { pipelineId, stageId, label, isClosed, archived } of await listStageRecords(trx, portalId)) {
    if (archived) continue
    const siblings = stages.get(pipelineId) ?? []
    siblings.push({ stageId, label, isClosed })
    stages.set(pipelineId, siblings)
  }
  const pipelines = (await listPipelineRecords(trx, portalId))
    .filter((pipeline) => !pipeline.archived)
    .map(({ pipelineId, label }) => ({ pipelineId, label, stages: stages.get(pipelineId) ?? [] }))
  return { pipelines, refreshedAt: refreshedAt?.toString() ?? null }
}
