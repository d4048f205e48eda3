import type { Trx } from '#db/database.ts'
import { findLabels } from './repository.ts'

export interface StageLabel {
  readonly pipelineLabel: string
  readonly stageLabel: string
  readonly isClosed: boolean
  /** HubSpot no longer has it, or we never saw it. */
  readonly gone: boolean
}

export type StageLabels = (pipelineId: string, stageId: string) => StageLabel

/** The names people know for these (pipelineId, stageId) pairs, in one query; an unknown pair is called by its ids. */
export async function getStageLabels(
  trx: Trx,
  portalId: number,
  pairs: readonly (readonly [pipelineId: string, stageId: string])[],
): Promise<StageLabels> {
  const known = new Map<string, StageLabel>()
  if (pairs.length > 0) {
    const rows = await findLabels(
      trx,
      portalId,
      pairs.map(([pipelineId]) => pipelineId),
      pairs.map(([, stageId]) => stageId),
    )
    for (const { pipelineId, stageId, pipelineLabel, stageLabel, isClosed, archived } of rows) {
      known.set(keyOf(pipelineId, stageId), { pipelineLabel, stageLabel, isClosed, gone: archived })
    }
  }
  return (pipelineId, stageId) =>
    known.get(keyOf(pipelineId, stageId)) ?? {
      pipelineLabel: pipelineId,
      stageLabel: stageId,
      isClosed: false,
      gone: true,
    }
}

function keyOf(pipelineId: string, stageId: string): string {
  return JSON.stringify([pipelineId, stageId])
}
