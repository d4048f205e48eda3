import { Alert, Button, Flex, Input, Select, StatusTag, Text, Toggle } from '@hubspot/ui-extensions'
import type { Sequence } from '@stagecue/shared/contract/sequence.ts'
import { ON_REPLY, type OnReply, SEQUENCE_STATUS } from '@stagecue/shared/vocabulary.ts'
import { useState } from 'react'
import { SEQUENCE_COLORS } from './sequence-colors.ts'
import { type ChangeDefinition, DEFAULT_ON_REPLY, type Draft } from './sequence-draft.ts'
import { textEvents } from './text-events.ts'

export interface SequenceHeadProps {
  stored: Sequence
  draft: Draft
  unsaved: boolean
  readOnly: boolean
  onName: (name: string) => void
  onDefinition: ChangeDefinition
  onClose: () => void
}

/** Name, status and the rule that ends the sequence early; the way back asks before it throws work away. */
export function SequenceHead({ stored, draft, unsaved, readOnly, onName, onDefinition, onClose }: SequenceHeadProps) {
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
      <Toggle
        label="Stop when the deal leaves the stage that started it"
        name="stopWhenStageLeft"
        checked={draft.definition.stopWhenStageLeft}
        readOnly={readOnly}
        textChecked="Yes"
        textUnchecked="No"
        onChange={(stopWhenStageLeft) => onDefinition((definition) => ({ ...definition, stopWhenStageLeft }))}
      />
      <Select
        label="When a contact replies, the sequences of the deal’s other contacts"
        name="onReply"
        description="The contact who replies gets no more mails in any case."
        readOnly={readOnly}
        value={draft.definition.onReply ?? DEFAULT_ON_REPLY}
        options={Object.entries(ON_REPLY).map(([value, label]) => ({ label, value }))}
        onChange={(value) =>
          isOnReply(value) ? onDefinition((definition) => ({ ...definition, onReply: value })) : undefined
        }
      />
    </Flex>
  )
}

function isOnReply(value: unknown): value is OnReply {
  return typeof value === 'string' && value in ON_REPLY
}

function versionText({ version, hasUnpublishedChanges }: Sequence, unsaved: boolean): string {
  const published = version === null ? 'Never published' : `Version ${version} is published`
  if (unsaved) return `${published}. You have unsaved changes.`
  return hasUnpublishedChanges && version !== null ? `${published}. The draft differs from it.` : `${published}.`
}
