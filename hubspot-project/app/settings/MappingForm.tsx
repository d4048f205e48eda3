import { Alert, Button, Flex, Form, Heading, LoadingButton, Tile, Toggle } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { EnrollmentPolicy } from '@stagecue/shared/contract/enrollment-policy.ts'
import type { Mapping, MappingRow } from '@stagecue/shared/contract/mapping.ts'
import type { Pipeline } from '@stagecue/shared/contract/pipeline.ts'
import type { SequenceRow } from '@stagecue/shared/contract/sequence.ts'
import { DEFAULT_POLICY } from '@stagecue/shared/default-policy.ts'
import { useState } from 'react'
import { MappingFields } from './MappingFields.tsx'
import { MappingRules } from './MappingRules.tsx'
import { problemWith } from './mapping-rules.ts'
import { sameValue } from './sequence-draft.ts'
import type { EditingTabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'
import { useUnsaved } from './use-unsaved.ts'

export interface MappingFormProps extends Omit<EditingTabProps, 'mayConfigure'> {
  /** The mapping being edited; null for a new one. */
  editing: MappingRow | null
  mappings: readonly MappingRow[]
  pipelines: readonly Pipeline[]
  sequences: readonly SequenceRow[]
  onSaved: () => void
  onCancel: () => void
}

export function MappingForm(props: MappingFormProps) {
  const { editing, mappings, pipelines, sequences, api, tools, onSaved, onCancel, onUnsaved } = props
  const [first] = useState<Mapping>(() => firstDraft(editing, pipelines))
  const [draft, setDraft] = useState(first)
  // Rules nobody touched are not sent: a mapping keeps those it has.
  const [changed, setChanged] = useState<EnrollmentPolicy | null>(null)
  useUnsaved(changed !== null || !sameValue(draft, first), onUnsaved)
  const [open, setOpen] = useState(false)
  const replaced =
    editing === null
      ? mappings.find((row) => row.pipelineId === draft.pipelineId && row.stageId === draft.stageId)
      : undefined
  const rules = changed ?? (editing ?? replaced)?.policy ?? DEFAULT_POLICY
  const saving = useChange(
    (input: Mapping & { policy?: EnrollmentPolicy }, idempotencyKey) => api.saveMapping({ ...input, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      onDone: () => {
        tools.addAlert({ type: 'success', message: 'The mapping is saved.' })
        onSaved()
      },
    },
  )

  const problem = problemWith(rules)
  const ready = draft.pipelineId !== '' && draft.stageId !== '' && draft.sequenceId !== '' && problem === null
  const save = () => (ready ? saving.run(changed ? { ...draft, policy: changed } : draft) : undefined)
  return (
    <Tile>
      <Form preventDefault={true} onSubmit={save}>
        <Flex direction="column" gap="small">
          <Heading>{editing === null ? 'Add a mapping' : `Edit the mapping of ${editing.stageLabel}`}</Heading>
          <MappingFields
            draft={draft}
            editing={editing}
            pipelines={pipelines}
            sequences={sequences}
            readOnly={saving.busy}
            onChange={(patch) => setDraft((before) => ({ ...before, ...patch }))}
          />
          <Toggle
            label="Advanced: who is enrolled, when, and when not"
            name="advanced"
            checked={open}
            textChecked="Shown"
            textUnchecked="Hidden"
            onChange={setOpen}
          />
          {open ? (
            <MappingRules
              rules={rules}
              sequences={sequences}
              api={api}
              readOnly={saving.busy}
              onChange={(change) => setChanged((before) => change(before ?? rules))}
            />
          ) : null}
          {problem === null ? null : (
            <Alert title="The rules are not complete" variant="warning">
              {problem}
            </Alert>
          )}
          {replaced === undefined ? null : (
            <Alert title="This stage is already mapped" variant="warning">
              {`Saving replaces its sequence “${replaced.sequenceName}”. Its rules stay unless you change them.`}
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

/** The mapping being edited, or an empty one; the only pipeline there is needs no choosing. */
function firstDraft(editing: MappingRow | null, pipelines: readonly Pipeline[]): Mapping {
  if (editing !== null) {
    const { pipelineId, stageId, sequenceId, active } = editing
    return { pipelineId, stageId, sequenceId, active }
  }
  const only = pipelines.length === 1 ? pipelines[0] : undefined
  return { pipelineId: only?.pipelineId ?? '', stageId: '', sequenceId: '', active: true }
}
