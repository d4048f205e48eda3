import { Button, Flex, List, LoadingButton, LoadingSpinner, Select, Text } from '@hubspot/ui-extensions'
import { useChange, useLoad } from '@stagecue/app-client'
import { useCallback, useState } from 'react'
import type { Opened } from './SequencesTab.tsx'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed, ProblemNotice } from './shared-views.ts'

export interface StartFromProps extends Omit<TabProps, 'mayConfigure'> {
  onOpen: (opened: Opened) => void
  onClose: () => void
}

/** Sequences that others begin with, by line of business; the chosen one becomes a draft. */
export function StartFrom({ api, tools, onOpen, onClose }: StartFromProps) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.listStarters(), [api]))
  const [chosen, setChosen] = useState<string | null>(null)
  const creating = useChange((key: string, idempotencyKey) => api.createFromStarter({ key, idempotencyKey }), {
    makeKey: tools.makeKey,
    onDone: (sequence) => onOpen({ sequenceId: sequence.id, sequence }),
  })
  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading starters" showLabel={true} />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The starters could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const { starters } = loaded.value
  const starter = starters.find(({ key }) => key === chosen)
  return (
    <Flex direction="column" gap="small">
      <Select
        label="Start from"
        name="starter"
        value={chosen ?? ''}
        options={starters.map(({ key, pack, name }) => ({ label: `${pack}: ${name}`, value: key }))}
        onChange={(value) => setChosen(typeof value === 'string' ? value : null)}
      />
      {starter === undefined ? null : (
        <Flex direction="column" gap="extra-small">
          <Text>{starter.summary}</Text>
          <List variant="ordered-styled">
            {starter.outline.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two waits may be called the same, and the order never changes.
              <Text key={index} variant="microcopy">
                {line}
              </Text>
            ))}
          </List>
        </Flex>
      )}
      <Flex direction="row" gap="small" wrap="wrap">
        <LoadingButton
          size="sm"
          variant="primary"
          loading={creating.busy}
          disabled={starter === undefined || creating.busy}
          onClick={() => (starter === undefined ? undefined : creating.run(starter.key))}
        >
          Create the draft
        </LoadingButton>
        <Button size="sm" variant="secondary" disabled={creating.busy} onClick={onClose}>
          Cancel
        </Button>
      </Flex>
      <ProblemNotice title="The sequence was not created" error={creating.error} />
    </Flex>
  )
}
