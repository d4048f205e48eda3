import { type Static, Type } from 'typebox'
import { Moment, PipelineKey } from './common.ts'

export const Stage = Type.Object({
  stageId: PipelineKey,
  label: Type.String(),
  isClosed: Type.Boolean(),
})
export type Stage = Static<typeof Stage>

export const Pipeline = Type.Object({
  pipelineId: PipelineKey,
  label: Type.String(),
  stages: Type.Array(Stage),
})
export type Pipeline = Static<typeof Pipeline>

export const Pipelines = Type.Object({
  pipelines: Type.Array(Pipeline),
  refreshedAt: Type.Union([Moment, Type.Null()]),
})
export type Pipelines = Static<typeof Pipelines>
