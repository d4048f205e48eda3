import type { Trx } from '#db/database.ts'
import { findMappingsOfStage, type MappingRecord } from './repository.ts'

export type { MappingRecord }

/**
 * The mapping of a stage that a deal entered. While the deal is there its pipeline is known; a stage that was left since is
 * named by the history without its pipeline, and the deal may be in another one by now: then that of the deal goes first,
 * else the only one there is. Undefined without a mapping.
 */
export async function findStageMapping(
  trx: Trx,
  portalId: number,
  stageId: string,
  deal: { readonly pipelineId: string | null; readonly stageId: string | null },
): Promise<MappingRecord | undefined> {
  return chooseMapping(await findMappingsOfStage(trx, portalId, stageId), stageId, deal)
}

/** The same among the mappings that name this stage, in whatever pipeline. Pure. */
export function chooseMapping<M extends { readonly pipelineId: string }>(
  found: readonly M[],
  stageId: string,
  deal: { readonly pipelineId: string | null; readonly stageId: string | null },
): M | undefined {
  const here = found.find(({ pipelineId }) => pipelineId === deal.pipelineId)
  if (here || deal.stageId === stageId) return here
  return found.length === 1 ? found[0] : undefined
}
