import { Select, Toggle } from '@hubspot/ui-extensions'
import type { SequenceDefinition } from '@stagecue/shared/contract/sequence.ts'
import { ON_OWNER_CHANGE, ON_REPLY } from '@stagecue/shared/vocabulary.ts'
import { type ChangeDefinition, DEFAULT_ON_OWNER_CHANGE, DEFAULT_ON_REPLY } from './sequence-draft.ts'

export interface StopRulesProps {
  definition: SequenceDefinition
  readOnly: boolean
  onDefinition: ChangeDefinition
}

type Switch = 'stopWhenStageLeft' | 'stopWhenClosed' | 'stopOnMeeting'

const SWITCHES: Record<Switch, string> = {
  stopWhenStageLeft: 'Stop when the deal leaves the stage that started it',
  stopWhenClosed: 'Stop when the deal is won or lost',
  stopOnMeeting: 'Stop when a meeting is booked with the contact or about the deal',
}

/** What ends or holds the sequence before its last step. */
export function StopRules({ definition, readOnly, onDefinition }: StopRulesProps) {
  return (
    <>
      {Object.entries(SWITCHES).map(([name, label]) => (
        <Toggle
          key={name}
          label={label}
          name={name}
          checked={definition[name as Switch] ?? true}
          readOnly={readOnly}
          textChecked="Yes"
          textUnchecked="No"
          onChange={(wanted) => onDefinition((before) => ({ ...before, [name]: wanted }))}
        />
      ))}
      <Select
        label="When a contact replies, the sequences of the deal’s other contacts"
        name="onReply"
        description="The contact who replies gets no more mails in any case."
        readOnly={readOnly}
        value={definition.onReply ?? DEFAULT_ON_REPLY}
        options={optionsOf(ON_REPLY)}
        onChange={(value) =>
          isIn(ON_REPLY, value) ? onDefinition((before) => ({ ...before, onReply: value })) : undefined
        }
      />
      <Select
        label="When the deal gets another owner"
        name="onOwnerChange"
        description="A mail that waits is shown on the deal, where a person lets it go or stops the sequence."
        readOnly={readOnly}
        value={definition.onOwnerChange ?? DEFAULT_ON_OWNER_CHANGE}
        options={optionsOf(ON_OWNER_CHANGE)}
        onChange={(value) =>
          isIn(ON_OWNER_CHANGE, value) ? onDefinition((before) => ({ ...before, onOwnerChange: value })) : undefined
        }
      />
    </>
  )
}

function optionsOf(words: Readonly<Record<string, string>>) {
  return Object.entries(words).map(([value, label]) => ({ label, value }))
}

function isIn<Words extends object>(words: Words, value: unknown): value is keyof Words {
  return typeof value === 'string' && Object.hasOwn(words, value)
}
