import { Flex, LoadingButton } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import { EXAMPLE_SEQUENCE } from '@stagecue/shared/example-sequence.ts'
import type { Opened } from './SequencesTab.tsx'
import { firstDraft, freeName } from './sequence-draft.ts'
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
  const creating = useChange(
    (kind: 'example' | 'blank', idempotencyKey) => {
      const { name, definition } = kind === 'example' ? EXAMPLE_SEQUENCE : firstDraft(tools.makeKey)
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
      </Flex>
      <ProblemNotice title="The sequence was not created" error={creating.error} />
    </Flex>
  )
}
