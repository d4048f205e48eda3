import type { Trx } from '#db/database.ts'
import { selectPlacedStages } from './repository.ts'

/** HubSpot's stages that lead to a place, with its id. */
export function listPlacedStages(
  trx: Trx,
  portalId: number,
): Promise<{ pipelineId: string; stageId: string; placeId: string }[]> {
  return selectPlacedStages(trx, portalId)
}
