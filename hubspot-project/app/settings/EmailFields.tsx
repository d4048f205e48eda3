import { Flex, Input, TextArea } from '@hubspot/ui-extensions'
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
  /** What the fields are of, "step 2" unless told. */
  title?: string
  onChange: (patch: Pick<StepPatch, 'subject' | 'body'>) => void
}

export function EmailFields(props: EmailFieldsProps) {
  const { step, position, problem, continues, readOnly, title = `step ${position}`, onChange } = props
  const at = (field: string) => (problem?.field === field ? problem.message : '')
  return (
    <Flex direction="column" gap="small">
      <Input
        label={`Subject of ${title}`}
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
        label={`Text of ${title}`}
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
    </Flex>
  )
}
