import type { Trx } from '#db/database.ts'
import { findMappingRecords } from './repository.ts'

export interface FoundMapping {
  readonly sequenceId: string
  readonly active: boolean
}

/** What this exact stage of this exact pipeline starts; undefined without a mapping. */
export async function findMapping(
  trx: Trx,
  portalId: number,
  pipelineId: string,
  stageId: string,
): Promise<FoundMapping | undefined> {
  const find = await findMappings(trx, portalId, [[pipelineId, stageId]])
  return find(pipelineId, stageId)
}

/** The same for many (pipelineId, stageId) pairs in one query; ask the answer per pair. */
export async function findMappings(
  trx: Trx,
  portalId: number,
  pairs: readonly (readonly [pipelineId: string, stageId: string])[],
): Promise<(pipelineId: string, stageId: string) => FoundMapping | undefined> {
  const found = new Map<string, FoundMapping>()
  if (pairs.length > 0) {
    const pipelineIds = pairs.map(([pipelineId]) => pipelineId)
    const stageIds = pairs.map(([, stageId]) => stageId)
    for (const { pipelineId, stageId, sequenceId, active } of await findMappingRecords(
      trx,
      portalId,
      pipelineIds,
      stageIds,
    )) {
      found.set(JSON.stringify([pipelineId, stageId]), { sequenceId, active })
    }
  }
  return (pipelineId, stageId) => found.get(JSON.stringify([pipelineId, stageId]))
}
