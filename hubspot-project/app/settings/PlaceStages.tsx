import { MultiSelect } from '@hubspot/ui-extensions'
import type { Pipeline } from '@stagecue/shared/contract/pipeline.ts'
import type { Place } from '@stagecue/shared/contract/place.ts'
import type { StagesByPlace } from './place-lines.ts'

interface PlaceStagesProps {
  pipelines: readonly Pipeline[]
  places: readonly Place[]
  stages: StagesByPlace
  busy: boolean
  onStages: (edit: (before: StagesByPlace) => StagesByPlace) => void
}

/** Which of HubSpot's stages lead to a saved place. */
export function PlaceStages({ pipelines, places, stages, busy, onStages }: PlaceStagesProps) {
  const options = pipelines.flatMap(({ pipelineId, label, stages: own }) =>
    own.map((stage) => ({
      value: JSON.stringify([pipelineId, stage.stageId]),
      label: `${label}: ${stage.label}`,
    })),
  )
  return places.map(({ id, name }) => (
    <MultiSelect
      key={id}
      label={`HubSpot stages that lead to “${name}”`}
      name={`place-stages-${id}`}
      readOnly={busy}
      value={(stages[id] ?? []).map(({ pipelineId, stageId }) => JSON.stringify([pipelineId, stageId]))}
      options={options}
      onChange={(chosen) => onStages((before) => ({ ...before, [id]: chosen.map(readStage) }))}
    />
  ))
}

function readStage(value: unknown): { pipelineId: string; stageId: string } {
  const [pipelineId, stageId] = JSON.parse(String(value)) as [string, string]
  return { pipelineId, stageId }
}
