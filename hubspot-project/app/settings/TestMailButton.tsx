import { Flex, LoadingButton, Text } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { StepPreviewQuery } from '@stagecue/shared/contract/preflight.ts'
import { useState } from 'react'
import type { Sample } from './SamplePicker.tsx'
import type { TabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'

export interface TestMailButtonProps extends Omit<TabProps, 'mayConfigure'> {
  sequenceId: string
  /** Of the draft: another one is another test. */
  revision: number
  stepId: string
  /** Of a step with variants. */
  variantId: string | null
  sample: Sample | null
}

/** Sends one e-mail of the saved draft to the person who presses it, and to nobody else. */
export function TestMailButton(props: TestMailButtonProps) {
  const { sequenceId, revision, stepId, variantId, sample, api, tools } = props
  const [told, setTold] = useState<string | null>(null)
  const sending = useChange(
    ({ stepId, ...asked }: StepPreviewQuery, idempotencyKey) =>
      api.sendTestMail(sequenceId, { stepId, idempotencyKey }, asked),
    { makeKey: tools.makeKey, seen: revision, onDone: ({ sentence }) => setTold(sentence) },
  )
  const send = () => {
    setTold(null)
    return sending.run({
      stepId,
      ...(variantId === null ? {} : { variantId }),
      ...(sample === null ? {} : { dealId: sample.dealId, contactId: sample.contactId }),
    })
  }
  return (
    <Flex direction="column" gap="extra-small" align="start">
      <LoadingButton size="xs" loading={sending.busy} disabled={sending.busy} onClick={send}>
        Send this e-mail to me
      </LoadingButton>
      {told === null ? null : <Text variant="microcopy">{told}</Text>}
      <ProblemNotice title="The test mail was not sent" error={sending.error} />
    </Flex>
  )
}
