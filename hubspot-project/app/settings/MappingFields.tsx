import { Select, Toggle } from '@hubspot/ui-extensions'
import type { Mapping, MappingRow } from '@stagecue/shared/contract/mapping.ts'
import type { Pipeline } from '@stagecue/shared/contract/pipeline.ts'
import type { SequenceRow } from '@stagecue/shared/contract/sequence.ts'
import { SEQUENCE_STATUS } from '@stagecue/shared/vocabulary.ts'

export interface MappingFieldsProps {
  draft: Mapping
  /** The mapping being edited, whose stage stays; null for a new one. */
  editing: MappingRow | null
  pipelines: readonly Pipeline[]
  sequences: readonly SequenceRow[]
  readOnly: boolean
  onChange: (patch: Partial<Mapping>) => void
}

export function MappingFields({ draft, editing, pipelines, sequences, readOnly, onChange }: MappingFieldsProps) {
  return (
    <>
      <Select
        label="Pipeline"
        name="pipeline"
        required={true}
        readOnly={editing !== null || readOnly}
        value={draft.pipelineId}
        placeholder="Choose a pipeline"
        options={pipelineOptions(pipelines, editing)}
        onChange={(value) => onChange({ pipelineId: String(value), stageId: '' })}
      />
      <Select
        label="Stage"
        name="stage"
        required={true}
        readOnly={editing !== null || draft.pipelineId === '' || readOnly}
        value={draft.stageId}
        placeholder={draft.pipelineId === '' ? 'Choose a pipeline first' : 'Choose a stage'}
        options={stageOptions(pipelines, draft.pipelineId, editing)}
        onChange={(value) => onChange({ stageId: String(value) })}
      />
      <Select
        label="Sequence"
        name="sequence"
        required={true}
        readOnly={readOnly}
        value={draft.sequenceId}
        placeholder={sequences.length === 0 ? 'Create a sequence first' : 'Choose a sequence'}
        options={sequences
          .filter((sequence) => sequence.status !== 'archived' || sequence.id === draft.sequenceId)
          .map(({ id, name, status }) => ({ label: `${name} (${SEQUENCE_STATUS[status]})`, value: id }))}
        onChange={(value) => onChange({ sequenceId: String(value) })}
      />
      <Toggle
        label="Enroll contacts of deals that enter this stage"
        name="active"
        checked={draft.active}
        readOnly={readOnly}
        textChecked="On"
        textUnchecked="Off"
        onChange={(active) => onChange({ active })}
      />
    </>
  )
}

/** The edited mapping's own pipeline and stage stay choosable even when HubSpot no longer has them. */
function pipelineOptions(pipelines: readonly Pipeline[], editing: MappingRow | null) {
  const options = pipelines.map(({ pipelineId, label }) => ({ label, value: pipelineId }))
  if (editing === null || options.some((option) => option.value === editing.pipelineId)) return options
  return [...options, { label: editing.pipelineLabel, value: editing.pipelineId }]
}

function stageOptions(pipelines: readonly Pipeline[], pipelineId: string, editing: MappingRow | null) {
  const stages = pipelines.find((pipeline) => pipeline.pipelineId === pipelineId)?.stages ?? []
  const options = stages.map(({ stageId, label, isClosed }) => ({
    label: isClosed ? `${label} (closed)` : label,
    value: stageId,
  }))
  if (editing === null || options.some((option) => option.value === editing.stageId)) return options
  return [...options, { label: `${editing.stageLabel} (deleted)`, value: editing.stageId }]
}
