import { Flex } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { ChangeSequenceStatus, Sequence } from '@stagecue/shared/contract/sequence.ts'
import { useEffect, useState } from 'react'
import { EditorProblems } from './EditorProblems.tsx'
import { exampleSequence } from './example-sequence.ts'
import { SequenceActions } from './SequenceActions.tsx'
import { SequenceHead } from './SequenceHead.tsx'
import type { SequencesTabProps } from './SequencesTab.tsx'
import { StepList } from './StepList.tsx'
import { type ChangeDefinition, type Draft, draftOf, draftProblems, sameDraft } from './sequence-draft.ts'

export interface SequenceEditorProps extends SequencesTabProps {
  sequence: Sequence
  /** Just created from the example: its texts then greet with the merge fields there are. */
  isExample: boolean
  onClose: () => void
}

const DONE = { publish: 'published', pause: 'paused', resume: 'resumed', archive: 'archived' } as const

/** Edits one sequence's draft. What is on screen is kept whatever the server answers. */
export function SequenceEditor(props: SequenceEditorProps) {
  const { sequence, isExample, api, tools, mayConfigure, onUnsaved, onClose } = props
  const [stored, setStored] = useState(sequence)
  const [draft, setDraft] = useState<Draft>(isExample ? exampleSequence(sequence.fields) : draftOf(sequence))
  const unsaved = !sameDraft(draft, draftOf(stored))
  useEffect(() => onUnsaved(unsaved), [unsaved, onUnsaved])

  const saving = useChange(
    (input: Draft & { revision: number }, idempotencyKey) => api.saveSequence(stored.id, { ...input, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      onDone: (saved) => {
        setStored(saved)
        setDraft(draftOf(saved))
        tools.addAlert({ type: 'success', message: 'The draft is saved.' })
      },
    },
  )
  const steering = useChange(
    (action: ChangeSequenceStatus['action'], idempotencyKey) =>
      api.changeSequenceStatus(stored.id, { action, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      onDone: (changed, action) => {
        setStored(changed)
        tools.closeOverlay(`archive-${stored.id}`)
        tools.addAlert({ type: 'success', message: `“${changed.name}” is ${DONE[action]}.` })
      },
    },
  )
  const takeTheirs = useChange((_: null) => api.readSequence(stored.id), {
    makeKey: tools.makeKey,
    onDone: (theirs) => {
      setStored(theirs)
      setDraft(draftOf(theirs))
      saving.clear()
    },
  })

  const busy = saving.busy || steering.busy || takeTheirs.busy
  const define: ChangeDefinition = (change) =>
    setDraft((before) => ({ ...before, definition: change(before.definition) }))
  return (
    <Flex direction="column" gap="medium">
      <SequenceHead
        stored={stored}
        draft={draft}
        unsaved={unsaved}
        readOnly={!mayConfigure || busy}
        onName={(name) => setDraft((before) => ({ ...before, name }))}
        onDefinition={define}
        onClose={onClose}
      />
      <StepList
        definition={draft.definition}
        fields={stored.fields}
        problem={saving.error ?? steering.error}
        readOnly={!mayConfigure || busy}
        api={api}
        tools={tools}
        onDefinition={define}
      />
      <EditorProblems
        problems={draftProblems(draft)}
        saving={saving.error}
        steering={steering.error}
        loading={takeTheirs.error}
        onTakeTheirs={() => takeTheirs.run(null)}
      />
      {mayConfigure ? (
        <SequenceActions
          stored={stored}
          unsaved={unsaved}
          ready={draftProblems(draft).length === 0}
          saving={saving.busy}
          busy={busy}
          error={steering.error}
          closeOverlay={tools.closeOverlay}
          onOpenDialog={steering.clear}
          onSave={() => saving.run({ ...draft, revision: stored.revision })}
          onStatus={steering.run}
        />
      ) : null}
    </Flex>
  )
}
