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
import { OvertakenNotice } from './OvertakenNotice.tsx'
import { sameValue } from './sequence-draft.ts'
import type { EditingTabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'
import { useDraft } from './use-draft.ts'
import { useUnsaved } from './use-unsaved.ts'

export interface MappingFormProps extends Omit<EditingTabProps, 'mayConfigure'> {
  /** The mapping being edited; null for a new one. */
  editing: MappingRow | null
  mappings: readonly MappingRow[]
  pipelines: readonly Pipeline[]
  sequences: readonly SequenceRow[]
  /** As it is now; null for one that was not in the list. */
  onSaved: (saved: MappingRow | null) => void
  onCancel: () => void
  /** The mapping may be another by now. */
  onDoubt: () => void
}

export function MappingForm(props: MappingFormProps) {
  const { editing, mappings, pipelines, sequences, api, tools, onSaved, onCancel, onUnsaved, onDoubt } = props
  const present = (of: Pick<Mapping, 'pipelineId' | 'stageId'>) =>
    mappings.find((row) => row.pipelineId === of.pipelineId && row.stageId === of.stageId)
  const stored = editing === null ? undefined : present(editing)
  const removed = editing !== null && stored === undefined
  const form = useDraft<MappingDraft>(firstDraft(stored ?? editing, pipelines, stored?.revision ?? 0))
  const { draft, base } = form
  useUnsaved(form.changed, onUnsaved)
  const [open, setOpen] = useState(false)
  const replaced = editing === null ? present(draft) : undefined
  const rules = draft.policy ?? replaced?.policy ?? DEFAULT_POLICY
  const saving = useChange((input: SavedMapping, idempotencyKey) => api.saveMapping({ ...input, idempotencyKey }), {
    makeKey: tools.makeKey,
    onDone: (_, input) => {
      tools.addAlert({ type: 'success', message: 'The mapping is saved.' })
      onSaved(savedRow(present(input), input, sequences))
    },
    onDoubt,
  })

  const problem = problemWith(rules)
  const ready = draft.pipelineId !== '' && draft.stageId !== '' && draft.sequenceId !== '' && problem === null
  const save = () => {
    if (!ready) return
    const { policy, ...mapping } = draft
    const revision = replaced?.revision ?? draft.revision
    // Rules nobody touched are not sent: a mapping keeps those it has. One that was removed has none to keep.
    const kept = policy === null || (!removed && sameValue(policy, base.policy))
    return saving.run({ ...mapping, revision, ...(kept ? {} : { policy }) })
  }
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
            onChange={(patch) => form.change(() => patch)}
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
              onChange={(edit) => form.change((before) => ({ policy: edit(before.policy ?? rules) }))}
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
          {removed ? (
            <Alert title="Somebody removed this mapping" variant="warning">
              Saving maps the stage again.
            </Alert>
          ) : null}
          <ProblemNotice title="The mapping was not saved" error={saving.error} />
          <OvertakenNotice form={form} words={wordsOf(sequences)} />
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

type SavedMapping = Mapping & { policy?: EnrollmentPolicy; revision: number }

/** The row of a mapping that was just saved, as the list will say it. */
function savedRow(
  before: MappingRow | undefined,
  { sequenceId, active, policy, revision }: SavedMapping,
  sequences: readonly SequenceRow[],
): MappingRow | null {
  const sequence = sequences.find(({ id }) => id === sequenceId)
  if (before === undefined || sequence === undefined) return null
  return {
    ...before,
    ...{ sequenceId, sequenceName: sequence.name, sequenceStatus: sequence.status, active, revision: revision + 1 },
    policy: policy ?? before.policy,
    state: sequence.status === 'active' ? 'valid' : 'sequence_not_active',
  }
}

interface MappingDraft extends Mapping {
  /** Null: those that the stage has, or the default. */
  policy: EnrollmentPolicy | null
  revision: number
}

/** The mapping being edited, or an empty one; the only pipeline there is needs no choosing. */
function firstDraft(editing: MappingRow | null, pipelines: readonly Pipeline[], revision: number): MappingDraft {
  if (editing !== null) {
    const { pipelineId, stageId, sequenceId, active, policy } = editing
    return { pipelineId, stageId, sequenceId, active, policy, revision }
  }
  const only = pipelines.length === 1 ? pipelines[0] : undefined
  return { pipelineId: only?.pipelineId ?? '', stageId: '', sequenceId: '', active: true, policy: null, revision }
}

function wordsOf(sequences: readonly SequenceRow[]) {
  return {
    sequenceId: (saved: string) => `Sequence: ${sequences.find(({ id }) => id === saved)?.name ?? 'another one'}`,
    active: (saved: boolean) => `The mapping is ${saved ? 'on' : 'off'}`,
    policy: () => 'Other rules of who is enrolled, when, and when not',
  }
}
