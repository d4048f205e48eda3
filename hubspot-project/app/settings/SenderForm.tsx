import { Flex, Form, LoadingButton, Text } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { Sender } from '@stagecue/shared/contract/installation.ts'
import { useEffect } from 'react'
import { OvertakenNotice } from './OvertakenNotice.tsx'
import { isAddress, isMissing, type SenderDraft, SenderFields } from './SenderFields.tsx'
import type { TabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'
import { useDraft } from './use-draft.ts'

export interface SenderFormProps extends TabProps {
  sender: Sender
  onUnsaved: (unsaved: boolean) => void
  onDoubt: () => void
}

const WORDS = {
  fromName: (saved: string) => `From name: ${saved}`,
  replyTo: (saved: string) => `Replies go to: ${saved}`,
  postalAddress: (saved: string) => `Postal address: ${saved}`,
}

export function SenderForm({ sender, api, tools, mayConfigure, onUnsaved, onDoubt }: SenderFormProps) {
  const form = useDraft<SenderDraft>(draftOf(sender))
  const { draft, changed } = form
  const saving = useChange((input: SenderDraft, idempotencyKey) => api.saveSender({ ...input, idempotencyKey }), {
    makeKey: tools.makeKey,
    onDone: (answer) => {
      form.take(draftOf(answer))
      tools.addAlert({ type: 'success', message: 'The sender is saved.' })
    },
    onDoubt,
  })
  useEffect(() => onUnsaved(changed), [changed, onUnsaved])

  const ready = changed && !isMissing(draft.fromName) && isAddress(draft.replyTo)
  const save = () => (ready ? saving.run(draft) : undefined)
  return (
    <Form preventDefault={true} onSubmit={save}>
      <Flex direction="column" gap="medium">
        <SenderFields
          draft={draft}
          fromAddress={sender.fromAddress}
          readOnly={!mayConfigure || saving.busy}
          onChange={(patch) => form.change(() => patch)}
        />
        <ProblemNotice title="The sender was not saved" error={saving.error} />
        <OvertakenNotice form={form} words={WORDS} />
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

function draftOf({ fromName, replyTo, postalAddress, revision }: Sender): SenderDraft {
  return { fromName, replyTo, postalAddress, revision }
}
