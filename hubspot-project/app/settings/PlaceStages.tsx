import { MultiSelect, Text } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import type { Place } from '@stagecue/shared/contract/place.ts'
import { useCallback } from 'react'
import type { StagesByPlace } from './place-lines.ts'
import type { SettingsApi } from './settings-tools.ts'

interface PlaceStagesProps {
  api: SettingsApi
  places: readonly Place[]
  stages: StagesByPlace
  busy: boolean
  onStages: (edit: (before: StagesByPlace) => StagesByPlace) => void
}

/** Which of HubSpot's stages lead to a saved place. */
export function PlaceStages({ api, places, stages, busy, onStages }: PlaceStagesProps) {
  const [loaded] = useLoad(useCallback(() => api.listPipelines(), [api]))
  if (places.length === 0 || loaded.kind === 'loading') return null
  if (loaded.kind === 'failed') return <Text variant="microcopy">HubSpot’s stages could not be loaded.</Text>
  const options = loaded.value.pipelines.flatMap(({ pipelineId, label, stages: own }) =>
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
