import { Flex, Input, TextArea, Toggle } from '@hubspot/ui-extensions'
import type { EmailStep } from '@stagecue/shared/contract/sequence.ts'
import type { StepPatch } from './sequence-draft.ts'
import { textEvents } from './text-events.ts'

export interface EmailFieldsProps {
  step: EmailStep
  position: number
  problem: { field: string; message: string } | null
  /** An e-mail comes before this one, so that its subject may stay empty. */
  continues: boolean
  readOnly: boolean
  onChange: (patch: StepPatch) => void
}

export function EmailFields({ step, position, problem, continues, readOnly, onChange }: EmailFieldsProps) {
  const at = (field: string) => (problem?.field === field ? problem.message : '')
  return (
    <Flex direction="column" gap="small">
      <Input
        label={`Subject of step ${position}`}
        name={`subject-${step.id}`}
        description={continues ? 'Leave it empty to continue the conversation of the e-mail before.' : ''}
        required={!continues}
        readOnly={readOnly}
        value={step.subject}
        error={at('subject') !== ''}
        validationMessage={at('subject')}
        {...textEvents((subject) => onChange({ subject: subject.slice(0, 255) }))}
      />
      <TextArea
        label={`Text of step ${position}`}
        name={`body-${step.id}`}
        description="Plain text, or simple HTML. The unsubscribe link and your postal address are added at the end."
        required={true}
        rows={8}
        maxLength={20_000}
        readOnly={readOnly}
        value={step.body}
        error={at('body') !== ''}
        validationMessage={at('body')}
        {...textEvents((body) => onChange({ body }))}
      />
      <Toggle
        label={`A person reads step ${position} before it goes`}
        name={`approval-${step.id}`}
        readOnly={readOnly}
        checked={step.approval === 'before_send'}
        onChange={(on) => onChange({ approval: on ? 'before_send' : 'none' })}
      />
    </Flex>
  )
}
