import { Alert, Button, Flex, Form, Heading, LoadingButton, Select, Tile, Toggle } from '@hubspot/ui-extensions'
import { ProblemNotice, useChange } from '@stagecue/app-client'
import type { Mapping, MappingRow } from '@stagecue/shared/contract/mapping.ts'
import type { Pipeline } from '@stagecue/shared/contract/pipeline.ts'
import type { SequenceRow } from '@stagecue/shared/contract/sequence.ts'
import { SEQUENCE_STATUS } from '@stagecue/shared/vocabulary.ts'
import { useState } from 'react'
import type { TabProps } from './settings-tools.ts'

export interface MappingFormProps extends Omit<TabProps, 'mayConfigure'> {
  /** The mapping being edited; null for a new one. */
  editing: MappingRow | null
  mappings: readonly MappingRow[]
  pipelines: readonly Pipeline[]
  sequences: readonly SequenceRow[]
  onSaved: () => void
  onCancel: () => void
}

export function MappingForm(props: MappingFormProps) {
  const { editing, mappings, pipelines, sequences, api, tools, onSaved, onCancel } = props
  const only = pipelines.length === 1 ? pipelines[0] : undefined
  const [draft, setDraft] = useState<Mapping>({
    pipelineId: editing?.pipelineId ?? only?.pipelineId ?? '',
    stageId: editing?.stageId ?? '',
    sequenceId: editing?.sequenceId ?? '',
    active: editing?.active ?? true,
  })
  const saving = useChange((input: Mapping, idempotencyKey) => api.saveMapping({ ...input, idempotencyKey }), {
    makeKey: tools.makeKey,
    onDone: () => {
      tools.addAlert({ type: 'success', message: 'The mapping is saved.' })
      onSaved()
    },
  })

  const ready = draft.pipelineId !== '' && draft.stageId !== '' && draft.sequenceId !== ''
  const replaced =
    editing === null
      ? mappings.find((row) => row.pipelineId === draft.pipelineId && row.stageId === draft.stageId)
      : undefined
  const save = () => (ready ? saving.run(draft) : undefined)
  return (
    <Tile>
      <Form preventDefault={true} onSubmit={save}>
        <Flex direction="column" gap="small">
          <Heading>{editing === null ? 'Add a mapping' : `Edit the mapping of ${editing.stageLabel}`}</Heading>
          <Select
            label="Pipeline"
            name="pipeline"
            required={true}
            readOnly={editing !== null || saving.busy}
            value={draft.pipelineId}
            placeholder="Choose a pipeline"
            options={pipelineOptions(pipelines, editing)}
            onChange={(value) => setDraft((before) => ({ ...before, pipelineId: String(value), stageId: '' }))}
          />
          <Select
            label="Stage"
            name="stage"
            required={true}
            readOnly={editing !== null || draft.pipelineId === '' || saving.busy}
            value={draft.stageId}
            placeholder={draft.pipelineId === '' ? 'Choose a pipeline first' : 'Choose a stage'}
            options={stageOptions(pipelines, draft.pipelineId, editing)}
            onChange={(value) => setDraft((before) => ({ ...before, stageId: String(value) }))}
          />
          <Select
            label="Sequence"
            name="sequence"
            required={true}
            readOnly={saving.busy}
            value={draft.sequenceId}
            placeholder={sequences.length === 0 ? 'Create a sequence first' : 'Choose a sequence'}
            options={sequences
              .filter((sequence) => sequence.status !== 'archived' || sequence.id === draft.sequenceId)
              .map(({ id, name, status }) => ({ label: `${name} (${SEQUENCE_STATUS[status]})`, value: id }))}
            onChange={(value) => setDraft((before) => ({ ...before, sequenceId: String(value) }))}
          />
          <Toggle
            label="Enroll contacts of deals that enter this stage"
            name="active"
            checked={draft.active}
            readOnly={saving.busy}
            textChecked="On"
            textUnchecked="Off"
            onChange={(active) => setDraft((before) => ({ ...before, active }))}
          />
          {replaced === undefined ? null : (
            <Alert title="This stage is already mapped" variant="warning">
              {`Saving replaces its sequence “${replaced.sequenceName}”.`}
            </Alert>
          )}
          <ProblemNotice title="The mapping was not saved" error={saving.error} />
          <Flex direction="row" gap="small">
            <LoadingButton
              type="submit"
              variant="primary"
              size="sm"
              loading={saving.busy}
              disabled={!ready || saving.busy}
            >
              Save mapping
            </LoadingButton>
            <Button variant="secondary" size="sm" disabled={saving.busy} onClick={onCancel}>
              Cancel
            </Button>
          </Flex>
        </Flex>
      </Form>
    </Tile>
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
