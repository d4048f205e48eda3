import { Flex, Form, LoadingButton, Text } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { Sender } from '@stagecue/shared/contract/installation.ts'
import { useEffect, useState } from 'react'
import { isAddress, isMissing, type SenderDraft, SenderFields } from './SenderFields.tsx'
import type { TabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'

export interface SenderFormProps extends TabProps {
  sender: Sender
  onUnsaved: (unsaved: boolean) => void
}

export function SenderForm({ sender, api, tools, mayConfigure, onUnsaved }: SenderFormProps) {
  const [saved, setSaved] = useState(sender)
  const [draft, setDraft] = useState<SenderDraft>(draftOf(sender))
  const saving = useChange((input: SenderDraft, idempotencyKey) => api.saveSender({ ...input, idempotencyKey }), {
    makeKey: tools.makeKey,
    onDone: (answer) => {
      setSaved(answer)
      setDraft(draftOf(answer))
      tools.addAlert({ type: 'success', message: 'The sender is saved.' })
    },
  })
  const changed = JSON.stringify(draft) !== JSON.stringify(draftOf(saved))
  useEffect(() => onUnsaved(changed), [changed, onUnsaved])

  const ready = changed && !isMissing(draft.fromName) && isAddress(draft.replyTo)
  const save = () => (ready ? saving.run(draft) : undefined)
  return (
    <Form preventDefault={true} onSubmit={save}>
      <Flex direction="column" gap="medium">
        <SenderFields
          draft={draft}
          fromAddress={saved.fromAddress}
          readOnly={!mayConfigure || saving.busy}
          onChange={(patch) => setDraft((before) => ({ ...before, ...patch }))}
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

function draftOf({ fromName, replyTo, postalAddress }: Sender): SenderDraft {
  return { fromName, replyTo, postalAddress }
}
