import { Flex, LoadingButton } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import { exampleSequence } from './example-sequence.ts'
import type { Opened } from './SequencesTab.tsx'
import { firstDraft } from './sequence-draft.ts'
import type { TabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'

export interface NewSequenceProps extends Omit<TabProps, 'mayConfigure'> {
  onOpen: (opened: Opened) => void
}

/**
 * Creates a draft and opens it. The draft is stored before it is edited because only a stored sequence tells which merge
 * fields it may use.
 */
export function NewSequence({ api, tools, onOpen }: NewSequenceProps) {
  const creating = useChange(
    (kind: 'example' | 'blank', idempotencyKey) =>
      api.createSequence({
        ...(kind === 'example' ? exampleSequence([]) : firstDraft(tools.makeKey)),
        idempotencyKey,
      }),
    {
      makeKey: tools.makeKey,
      onDone: (sequence, kind) => onOpen({ sequenceId: sequence.id, sequence, isExample: kind === 'example' }),
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
