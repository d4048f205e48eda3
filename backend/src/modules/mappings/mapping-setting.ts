import type { Setting } from '#modules/revisions/setting.ts'

/** The mapping of a stage, as revisions name it. Neither id holds a line break (`PipelineKey`), so no two are named alike. Pure. */
export function mappingSetting(pipelineId: string, stageId: string): Required<Setting> {
  return { kind: 'mapping', subject: `${pipelineId}\n${stageId}` }
}
