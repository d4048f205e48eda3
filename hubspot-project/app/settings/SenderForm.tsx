import { Flex, Form, Input, LoadingButton, Text, TextArea } from '@hubspot/ui-extensions'
import { ProblemNotice, useChange } from '@stagecue/app-client'
import type { SaveSender, Sender } from '@stagecue/shared/contract/installation.ts'
import { useEffect, useState } from 'react'
import type { TabProps } from './settings-tools.ts'
import { textEvents } from './text-events.ts'

type Draft = Omit<SaveSender, 'idempotencyKey'>

export interface SenderFormProps extends TabProps {
  sender: Sender
  onUnsaved: (unsaved: boolean) => void
}

export function SenderForm({ sender, api, tools, mayConfigure, onUnsaved }: SenderFormProps) {
  const [saved, setSaved] = useState(sender)
  const [draft, setDraft] = useState<Draft>(draftOf(sender))
  const saving = useChange((input: Draft, idempotencyKey) => api.saveSender({ ...input, idempotencyKey }), {
    makeKey: tools.makeKey,
    onDone: (answer) => {
      setSaved(answer)
      setDraft(draftOf(answer))
      tools.addAlert({ type: 'success', message: 'The sender is saved.' })
    },
  })
  const changed = JSON.stringify(draft) !== JSON.stringify(draftOf(saved))
  useEffect(() => onUnsaved(changed), [changed, onUnsaved])

  const readOnly = !mayConfigure || saving.busy
  const missingName = draft.fromName.trim() === ''
  const wrongReplyTo = !/^[^@\s]+@[^@\s]+$/.test(draft.replyTo)
  const ready = changed && !missingName && !wrongReplyTo
  const save = () => (ready ? saving.run(draft) : undefined)
  return (
    <Form preventDefault={true} onSubmit={save}>
      <Flex direction="column" gap="medium">
        <Input
          label="From name"
          name="fromName"
          description="What recipients see as the sender."
          required={true}
          readOnly={readOnly}
          value={draft.fromName}
          error={missingName}
          validationMessage={missingName ? 'Enter the name recipients should see.' : ''}
          {...textEvents((fromName) => setDraft((before) => ({ ...before, fromName })))}
        />
        <Input
          label="From address"
          name="fromAddress"
          description="Set by Stagecue, so that bounces come back and are recorded."
          readOnly={true}
          value={saved.fromAddress}
        />
        <Input
          label="Replies go to"
          name="replyTo"
          required={true}
          readOnly={readOnly}
          value={draft.replyTo}
          error={wrongReplyTo}
          validationMessage={wrongReplyTo ? 'Enter an e-mail address someone reads.' : ''}
          {...textEvents((replyTo) => setDraft((before) => ({ ...before, replyTo })))}
        />
        <TextArea
          label="Postal address"
          name="postalAddress"
          description="Shown at the end of every e-mail. Commercial e-mail must carry one in many countries."
          rows={3}
          maxLength={300}
          readOnly={readOnly}
          value={draft.postalAddress}
          {...textEvents((postalAddress) => setDraft((before) => ({ ...before, postalAddress })))}
        />
        <ProblemNotice title="The sender was not saved" error={saving.error} />
        {mayConfigure ? (
          <Flex direction="row" gap="small" align="center">
            <LoadingButton
              type="submit"
              variant="primary"
              size="sm"
              loading={saving.busy}
              disabled={!ready || saving.busy}
            >
              Save sender
            </LoadingButton>
            {changed ? <Text variant="microcopy">Not saved yet.</Text> : null}
          </Flex>
        ) : null}
      </Flex>
    </Form>
  )
}

function draftOf({ fromName, replyTo, postalAddress }: Sender): Draft {
  return { fromName, replyTo, postalAddress }
}
