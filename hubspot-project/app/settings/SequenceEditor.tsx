import { Flex, Text } from '@hubspot/ui-extensions'
import type { Sequence } from '@stagecue/shared/contract/sequence.ts'
import { useEffect, useRef, useState } from 'react'
import { CalendarFields } from './CalendarFields.tsx'
import { calendarOf } from './calendar-draft.ts'
import { EditorProblems } from './EditorProblems.tsx'
import { GoLiveSection } from './GoLiveSection.tsx'
import { MeasuringFields } from './MeasuringFields.tsx'
import { ReviewSection } from './ReviewSection.tsx'
import { ScenariosSection } from './ScenariosSection.tsx'
import { SequenceActions } from './SequenceActions.tsx'
import { SequenceHead } from './SequenceHead.tsx'
import { SequenceHistory } from './SequenceHistory.tsx'
import type { SequencesTabProps } from './SequencesTab.tsx'
import { SequenceTabs } from './SequenceTabs.tsx'
import { StepList } from './StepList.tsx'
import { StopRules } from './StopRules.tsx'
import { StopsSection } from './StopsSection.tsx'
import { type ChangeDefinition, type Draft, draftOf, draftProblems, sameDraft, withStatusOf } from './sequence-draft.ts'
import type { TabProps } from './settings-tools.ts'
import { useSequenceChanges } from './use-sequence-changes.ts'
import { WhatIfSection } from './WhatIfSection.tsx'

export interface SequenceEditorProps extends SequencesTabProps {
  sequence: Sequence
  onClose: () => void
}

/** Edits one sequence's draft. What is on screen is kept whatever the server answers. */
export function SequenceEditor(props: SequenceEditorProps) {
  const { sequence, api, tools, mayConfigure, onUnsaved, onClose } = props
  const [stored, setStored] = useState(sequence)
  const [draft, setDraft] = useState<Draft>(draftOf(sequence))
  const [blocked, setBlocked] = useState(false)
  const unsaved = !sameDraft(draft, draftOf(stored))
  useEffect(() => onUnsaved(unsaved), [unsaved, onUnsaved])

  const take = (sequence: Sequence) => {
    setStored(sequence)
    setDraft(draftOf(sequence))
  }
  const latest = useRef({ stored, draft, unsaved })
  latest.current = { stored, draft, unsaved }
  const onStatus = (changed: Sequence) => {
    const { stored, unsaved } = latest.current
    if (unsaved) setStored(withStatusOf(stored, changed))
    else take(changed)
  }
  const onFound = (found: Sequence) => {
    const { draft, unsaved } = latest.current
    if (!unsaved || !sameDraft(draft, draftOf(found))) return onStatus(found)
    // The save arrived, though its answer did not: the next one is made on it.
    take(found)
    saving.clear()
  }
  const changes = useSequenceChanges({ stored, api, tools, onTaken: take, onStatus, onFound })
  const { looking, saving, steering, takingTheirs } = changes
  const busy = looking.busy || saving.busy || steering.busy || takingTheirs.busy
  const edit = (change: (before: Draft) => Draft) => {
    setDraft(change)
    // A refusal is about the texts as they were. Only what someone else saved meanwhile still stands in the way.
    if (saving.error !== null && saving.error.code !== 'conflict') saving.clear()
    if (steering.error !== null) steering.clear()
  }
  const define: ChangeDefinition = (change) => edit((before) => ({ ...before, definition: change(before.definition) }))
  const readOnly = !mayConfigure || busy
  const problem = saving.error ?? steering.error
  const { definition } = draft
  return (
    <Flex direction="column" gap="medium">
      <SequenceHead
        stored={stored}
        draft={draft}
        unsaved={unsaved}
        readOnly={readOnly}
        onName={(name) => edit((before) => ({ ...before, name }))}
        onClose={onClose}
      />
      <SequenceTabs
        steps={
          <StepList
            definition={definition}
            fields={stored.fields}
            problem={problem}
            readOnly={readOnly}
            api={api}
            tools={tools}
            onDefinition={define}
          />
        }
        rules={
          <>
            <StopRules definition={definition} readOnly={readOnly} onDefinition={define} />
            <CalendarFields
              calendar={calendarOf(definition)}
              problem={problem}
              readOnly={readOnly}
              api={api}
              tools={tools}
              onChange={(edit) => define((before) => ({ ...before, calendar: edit(calendarOf(before)) }))}
            />
            <MeasuringFields definition={definition} readOnly={readOnly} onDefinition={define} />
          </>
        }
        trial={<SequenceTrial {...props} stored={stored} unsaved={unsaved} />}
        history={<SequenceHistory {...props} stored={stored} unsaved={unsaved} onReplaced={take} />}
      />
      <EditorProblems problems={draftProblems(draft)} changes={changes} />
      <ReviewSection {...props} stored={stored} onStored={onStatus} />
      {mayConfigure && stored.status !== 'archived' ? (
        <GoLiveSection sequence={stored} unsaved={unsaved} api={api} tools={tools} onBlocked={setBlocked} />
      ) : null}
      {mayConfigure ? (
        <SequenceActions
          stored={stored}
          unsaved={unsaved}
          ready={draftProblems(draft).length === 0 && !blocked}
          saving={saving.busy}
          busy={busy}
          error={steering.error}
          closeOverlay={tools.closeOverlay}
          onOpenDialog={steering.clear}
          onSave={() => saving.run({ ...draft, revision: stored.revision })}
          onStatus={changes.steer}
        />
      ) : null}
      {stored.version === null || stored.status === 'archived' ? null : (
        <StopsSection {...props} sequenceId={stored.id} />
      )}
    </Flex>
  )
}

/** What the saved draft does in stories, and what it would have done in the last months. */
function SequenceTrial(props: TabProps & { stored: Sequence; unsaved: boolean }) {
  const { stored, unsaved, mayConfigure } = props
  if (stored.status === 'archived') return <Text>An archived sequence is not tried any more.</Text>
  return (
    <>
      <ScenariosSection {...props} sequence={stored} unsaved={unsaved} />
      {mayConfigure ? <WhatIfSection {...props} sequence={stored} unsaved={unsaved} /> : null}
    </>
  )
}
