import { Button, Flex, LoadingButton, Text, TextArea } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { ImportPlan, ImportSequence } from '@stagecue/shared/contract/sequence-file.ts'
import { useState } from 'react'
import { DiffLines } from './DiffLines.tsx'
import type { Opened } from './SequencesTab.tsx'
import type { TabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'
import { textEvents } from './text-events.ts'

export interface ImportSectionProps extends Omit<TabProps, 'mayConfigure'> {
  onOpen: (opened: Opened) => void
  onClose: () => void
}

/** Takes a sequence as YAML: first what it would change, then the draft. A changed text has to be looked at again. */
export function ImportSection({ api, tools, onOpen, onClose }: ImportSectionProps) {
  const [text, setText] = useState('')
  const [plan, setPlan] = useState<ImportPlan | null>(null)
  const checking = useChange((file: string) => api.checkImport({ text: file }), {
    makeKey: tools.makeKey,
    onDone: (found) => setPlan(found),
  })
  const importing = useChange(
    (input: Omit<ImportSequence, 'idempotencyKey'>, idempotencyKey) => api.importSequence({ ...input, idempotencyKey }),
    { makeKey: tools.makeKey, onDone: (sequence) => onOpen({ sequenceId: sequence.id, sequence }) },
  )
  const busy = checking.busy || importing.busy
  const edit = (file: string) => {
    setText(file)
    setPlan(null)
    checking.clear()
    importing.clear()
  }
  return (
    <Flex direction="column" gap="small">
      <TextArea
        label="The file"
        name="import-file"
        description="A sequence as YAML, as an export writes it. It becomes a draft; nothing goes live by it."
        rows={12}
        readOnly={busy}
        value={text}
        {...textEvents(edit)}
      />
      <Flex direction="row" gap="small" wrap="wrap">
        <LoadingButton
          size="sm"
          variant={plan === null ? 'primary' : 'secondary'}
          loading={checking.busy}
          disabled={busy || text.trim() === ''}
          onClick={() => checking.run(text)}
        >
          Show what it would change
        </LoadingButton>
        {plan === null ? null : (
          <LoadingButton
            size="sm"
            variant="primary"
            loading={importing.busy}
            disabled={busy}
            onClick={() => importing.run({ text, ...replacedBy(plan) })}
          >
            {plan.replaces === null ? 'Create the draft' : 'Replace the draft'}
          </LoadingButton>
        )}
        <Button size="sm" variant="secondary" disabled={busy} onClick={onClose}>
          Cancel
        </Button>
      </Flex>
      <ProblemNotice title="This file cannot be imported" error={checking.error} />
      <ProblemNotice title="The file was not imported" error={importing.error} />
      {plan === null ? null : <Plan plan={plan} />}
    </Flex>
  )
}

/** What the plan was made against. */
function replacedBy({ replaces }: ImportPlan) {
  return replaces ? { revision: replaces.revision, scenariosRevision: replaces.scenariosRevision } : {}
}

function Plan({ plan: { name, replaces, lines, notPublishable } }: { plan: ImportPlan }) {
  return (
    <Flex direction="column" gap="extra-small">
      <Text>
        {replaces === null
          ? `A new sequence, “${name}”, with these steps:`
          : `The draft of “${replaces.name}” would change like this:`}
      </Text>
      <DiffLines lines={lines} nothing="Nothing: the draft says the same." />
      {notPublishable === null ? null : <Text>{`It can be imported, but not published yet: ${notPublishable}`}</Text>}
    </Flex>
  )
}
