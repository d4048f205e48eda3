import type { Trx } from '#db/database.ts'
import { listStageRecords } from './repository.ts'

export interface KnownStage {
  readonly pipelineId: string
  readonly stageId: string
  readonly label: string
  /** Its place in the pipeline, as HubSpot shows it. */
  readonly order: number
  readonly isClosed: boolean
  /** Closed, and not lost. */
  readonly isWon: boolean
}

/** The stages of all pipelines as they were last read, without those HubSpot no longer has. */
export async function listStages(trx: Trx, portalId: number): Promise<KnownStage[]> {
  const rows = await listStageRecords(trx, portalId)
  return rows
    .filter(({ archived }) => !archived)
    .map(({ pipelineId, stageId, label, displayOrder, isClosed, isLost }) => ({
      pipelineId,
      stageId,
      label,
      order: displayOrder,
      isClosed,
      isWon: isClosed && !isLost,
    }))
}
