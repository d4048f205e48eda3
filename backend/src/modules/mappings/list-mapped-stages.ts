import type { Trx } from '#db/database.ts'
import { listActiveStages } from './repository.ts'

/** The stages that start something, as `pipelineId/stageId`: only for their deals is it worth asking HubSpot for contacts. */
export async function listMappedStages(trx: Trx, portalId: number): Promise<Set<string>> {
  const rows = await listActiveStages(trx, portalId)
  return new Set(rows.map(({ pipelineId, stageId }) => `${pipelineId}/${stageId}`))
}
