import { Input, TextArea } from '@hubspot/ui-extensions'
import type { SaveSender } from '@stagecue/shared/contract/installation.ts'
import { textEvents } from './text-events.ts'

export type SenderDraft = Omit<SaveSender, 'idempotencyKey'>

export interface SenderFieldsProps {
  draft: SenderDraft
  fromAddress: string
  readOnly: boolean
  onChange: (patch: Partial<SenderDraft>) => void
}

export function SenderFields({ draft, fromAddress, readOnly, onChange }: SenderFieldsProps) {
  const missingName = isMissing(draft.fromName)
  const wrongReplyTo = !isAddress(draft.replyTo)
  return (
    <>
      <Input
        label="From name"
        name="fromName"
        description="What recipients see as the sender."
        required={true}
        readOnly={readOnly}
        value={draft.fromName}
        error={missingName}
        validationMessage={missingName ? 'Enter the name recipients should see.' : ''}
        {...textEvents((fromName) => onChange({ fromName }))}
      />
      <Input
        label="From address"
        name="fromAddress"
        description="Set by Stagecue: the domain is the mail server’s, and bounces go there."
        readOnly={true}
        value={fromAddress}
      />
      <Input
        label="Replies go to"
        name="replyTo"
        required={true}
        readOnly={readOnly}
        value={draft.replyTo}
        error={wrongReplyTo}
        validationMessage={wrongReplyTo ? 'Enter an e-mail address someone reads.' : ''}
        {...textEvents((replyTo) => onChange({ replyTo }))}
      />
      <TextArea
        label="Postal address"
        name="postalAddress"
        description="Shown at the end of every e-mail. Commercial e-mail must carry one in many countries."
        rows={3}
        maxLength={300}
        readOnly={readOnly}
        value={draft.postalAddress}
        {...textEvents((postalAddress) => onChange({ postalAddress }))}
      />
    </>
  )
}

export function isMissing(text: string): boolean {
  return text.trim() === ''
}

/** Something before and after one @. The server looks closer. */
export function isAddress(text: string): boolean {
  return /^[^@\s]+@[^@\s]+$/.test(text)
}
