import { Button, Flex, Form, Heading, LoadingButton } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { SenderRow, Senders } from '@stagecue/shared/contract/sender.ts'
import { useEffect } from 'react'
import { MailboxFields } from './MailboxFields.tsx'
import {
  draftOfMailbox,
  inputOfMailbox,
  isComplete,
  MAILBOX_WORDS,
  type MailboxDraft,
  NEW_MAILBOX,
  newSenderOf,
} from './mailbox-draft.ts'
import { OvertakenNotice } from './OvertakenNotice.tsx'
import type { TabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'
import { useDraft } from './use-draft.ts'

export interface MailboxFormProps extends TabProps {
  /** Null: a new one. */
  sender: SenderRow | null
  onSaved: (senders: Senders) => void
  onClose: () => void
  onUnsaved: (unsaved: boolean) => void
  /** The sender may be another by now. */
  onDoubt: () => void
}

/** Adds a sender or changes one. */
export function MailboxForm({ sender, api, tools, onSaved, onClose, onUnsaved, onDoubt }: MailboxFormProps) {
  const form = useDraft<MailboxDraft>(sender === null ? NEW_MAILBOX : draftOfMailbox(sender))
  const { draft, changed } = form
  const saving = useChange(
    (input: MailboxDraft, idempotencyKey) =>
      sender === null
        ? api.addSender({ ...newSenderOf(input), idempotencyKey })
        : api.changeSender(sender.id, { ...inputOfMailbox(input), revision: input.revision, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      onDone: (senders) => {
        tools.addAlert({ type: 'success', message: 'The sender is saved.' })
        onUnsaved(false)
        onSaved(senders)
      },
      onDoubt,
    },
  )
  useEffect(() => onUnsaved(changed), [changed, onUnsaved])
  const ready = changed && isComplete(draft) && !saving.busy
  const close = () => {
    onUnsaved(false)
    onClose()
  }
  return (
    <Form preventDefault={true} onSubmit={() => (ready ? saving.run(draft) : undefined)}>
      <Flex direction="column" gap="small">
        <Heading>{sender === null ? 'New sender' : sender.address}</Heading>
        <MailboxFields
          draft={draft}
          isAccount={sender?.isAccount ?? false}
          exists={sender !== null}
          kept={{ smtp: sender?.server?.hasPassword ?? false, imap: sender?.mailbox?.hasPassword ?? false }}
          readOnly={saving.busy}
          onChange={(patch) => form.change(() => patch)}
        />
        <ProblemNotice title="The sender was not saved" error={saving.error} />
        <OvertakenNotice form={form} words={MAILBOX_WORDS} />
        <Flex direction="row" gap="small">
          <LoadingButton type="submit" variant="primary" size="sm" loading={saving.busy} disabled={!ready}>
            {sender === null ? 'Add sender' : 'Save changes'}
          </LoadingButton>
          <Button size="sm" variant="secondary" disabled={saving.busy} onClick={close}>
            Cancel
          </Button>
        </Flex>
      </Flex>
    </Form>
  )
}
