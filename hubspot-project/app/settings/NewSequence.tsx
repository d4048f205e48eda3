import { Button, Flex, LoadingButton } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import { EXAMPLE_SEQUENCE } from '@stagecue/shared/example-sequence.ts'
import { useRef, useState } from 'react'
import { ImportSection } from './ImportSection.tsx'
import type { Opened } from './SequencesTab.tsx'
import { StartFrom } from './StartFrom.tsx'
import { type Draft, firstDraft, freeName } from './sequence-draft.ts'
import type { TabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'

export interface NewSequenceProps extends Omit<TabProps, 'mayConfigure'> {
  /** Names of the sequences there are. */
  taken: readonly string[]
  onOpen: (opened: Opened) => void
}

/**
 * Creates a draft and opens it. The draft is stored before it is edited because only a stored sequence tells which merge
 * fields it may use.
 */
export function NewSequence({ taken, api, tools, onOpen }: NewSequenceProps) {
  const [other, setOther] = useState<'starter' | 'import' | null>(null)
  const close = () => setOther(null)
  // Made once: a second try after a lost answer must say the same, or it is another change under the same key.
  const blank = useRef<Draft | null>(null)
  const creating = useChange(
    (kind: 'example' | 'blank', idempotencyKey) => {
      blank.current ??= firstDraft(tools.makeKey)
      const { name, definition } = kind === 'example' ? EXAMPLE_SEQUENCE : blank.current
      return api.createSequence({ name: freeName(name, taken), definition, idempotencyKey })
    },
    {
      makeKey: tools.makeKey,
      onDone: (sequence) => onOpen({ sequenceId: sequence.id, sequence }),
    },
  )
  return (
    <Flex direction="column" gap="small">
      <Flex direction="row" gap="small" wrap="wrap">
        <LoadingButton
          variant="primary"
          size="sm"
          loading={creating.busy}
          disabled={creating.busy}
          onClick={() => creating.run('example')}
        >
          Start from an example
        </LoadingButton>
        <LoadingButton variant="secondary" size="sm" disabled={creating.busy} onClick={() => creating.run('blank')}>
          New sequence
        </LoadingButton>
        <Button variant="secondary" size="sm" disabled={creating.busy} onClick={() => setOther('starter')}>
          Start from…
        </Button>
        <Button variant="secondary" size="sm" disabled={creating.busy} onClick={() => setOther('import')}>
          Import a file
        </Button>
      </Flex>
      {other === 'starter' ? <StartFrom api={api} tools={tools} onOpen={onOpen} onClose={close} /> : null}
      {other === 'import' ? <ImportSection api={api} tools={tools} onOpen={onOpen} onClose={close} /> : null}
      <ProblemNotice title="The sequence was not created" error={creating.error} />
    </Flex>
  )
}
