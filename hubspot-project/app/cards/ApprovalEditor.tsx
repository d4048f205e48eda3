import { Button, Flex, Input, TextArea } from '@hubspot/ui-extensions'
import type { ApiError } from '@stagecue/app-client'
import type { MailToApprove } from '@stagecue/shared/contract/mail-approval.ts'
import { useState } from 'react'

export interface ApprovalEditorProps {
  stepRunId: string
  mail: MailToApprove
  busy: boolean
  /** The last refusal; one about a field is shown there. */
  error: ApiError | null
  onApprove: (edit: MailToApprove['edit']) => void
  onClose: () => void
}

/** A person's own words for this one mail. */
export function ApprovalEditor({ stepRunId, mail, busy, error, onApprove, onClose }: ApprovalEditorProps) {
  const [edit, setEdit] = useState(mail.edit)
  const at = (field: string) => (error?.field === field ? error.message : '')
  const events = (set: (text: string) => void) => ({ onInput: set, onChange: set })
  return (
    <Flex direction="column" gap="extra-small">
      <Input
        label="Subject"
        name={`approve-subject-${stepRunId}`}
        description={mail.edit.subject === '' ? 'Leave it empty to continue the conversation.' : ''}
        value={edit.subject}
        error={at('subject') !== ''}
        validationMessage={at('subject')}
        {...events((subject) => setEdit((before) => ({ ...before, subject: subject.slice(0, 255) })))}
      />
      <TextArea
        label="Text"
        name={`approve-body-${stepRunId}`}
        description="Only for this contact. Merge fields may be used."
        required={true}
        rows={8}
        maxLength={20_000}
        value={edit.body}
        error={at('body') !== ''}
        validationMessage={at('body')}
        {...events((body) => setEdit((before) => ({ ...before, body })))}
      />
      <Flex direction="row" gap="extra-small" wrap="wrap">
        <Button
          size="xs"
          variant="secondary"
          disabled={busy || edit.body.trim() === ''}
          onClick={() => onApprove(edit)}
        >
          Approve these words
        </Button>
        <Button size="xs" variant="secondary" disabled={busy} onClick={onClose}>
          Back
        </Button>
      </Flex>
    </Flex>
  )
}
