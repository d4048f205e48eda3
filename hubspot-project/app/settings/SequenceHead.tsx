import { Alert, Button, Flex, Input, StatusTag, Text } from '@hubspot/ui-extensions'
import type { Sequence } from '@stagecue/shared/contract/sequence.ts'
import { SEQUENCE_STATUS } from '@stagecue/shared/vocabulary.ts'
import { useState } from 'react'
import { SEQUENCE_COLORS } from './sequence-colors.ts'
import type { Draft } from './sequence-draft.ts'
import { textEvents } from './text-events.ts'

export interface SequenceHeadProps {
  stored: Sequence
  draft: Draft
  unsaved: boolean
  readOnly: boolean
  onName: (name: string) => void
  onClose: () => void
}

/** Name and status; the way back asks before it throws work away. */
export function SequenceHead({ stored, draft, unsaved, readOnly, onName, onClose }: SequenceHeadProps) {
  const [leaving, setLeaving] = useState(false)
  const noName = draft.name.trim() === ''
  return (
    <Flex direction="column" gap="small">
      <Flex direction="row" gap="small" align="center" wrap="wrap">
        <Button size="xs" variant="secondary" onClick={() => (unsaved ? setLeaving(true) : onClose())}>
          Back to all sequences
        </Button>
        <StatusTag variant={SEQUENCE_COLORS[stored.status]}>{SEQUENCE_STATUS[stored.status]}</StatusTag>
        <Text variant="microcopy">{versionText(stored, unsaved)}</Text>
      </Flex>
      {leaving && unsaved ? (
        <Alert title="You have unsaved changes" variant="warning">
          <Flex direction="row" gap="small" wrap="wrap">
            <Button size="xs" variant="destructive" onClick={onClose}>
              Discard them and go back
            </Button>
            <Button size="xs" variant="secondary" onClick={() => setLeaving(false)}>
              Keep editing
            </Button>
          </Flex>
        </Alert>
      ) : null}
      <Input
        label="Name"
        name="name"
        required={true}
        readOnly={readOnly}
        value={draft.name}
        error={noName}
        validationMessage={noName ? 'Give the sequence a name.' : ''}
        {...textEvents(onName)}
      />
    </Flex>
  )
}

function versionText({ version, hasUnpublishedChanges }: Sequence, unsaved: boolean): string {
  const published = version === null ? 'Never published' : `Version ${version} is published`
  if (unsaved) return `${published}. You have unsaved changes.`
  return hasUnpublishedChanges && version !== null ? `${published}. The draft differs from it.` : `${published}.`
}
