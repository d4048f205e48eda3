import { Flex, LoadingButton } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import { describeRefused } from './describe-refused.ts'
import type { TabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'

export interface FaultyStepsButtonProps extends TabProps {
  /** What the page says of the failed steps: others are another change. */
  finding: string
  onChanged: () => void
}

/** Has everything tried again that Stagecue gave up after errors of its own, once their cause is mended. */
export function FaultyStepsButton({ finding, api, tools, onChanged }: FaultyStepsButtonProps) {
  const retrying = useChange((_: null, idempotencyKey) => api.retryFaultySteps({ idempotencyKey }), {
    makeKey: tools.makeKey,
    seen: finding,
    onDoubt: onChanged,
    onDone: ({ decided, left, refused }) => {
      const type = refused.length > 0 ? 'warning' : 'success'
      const rest = left > refused.length ? ` ${left - refused.length} still wait: choose it again.` : ''
      const message = `${decided} ${decided === 1 ? 'step is' : 'steps are'} tried again.${rest}${describeRefused(refused)}`
      tools.addAlert({ type, message })
      onChanged()
    },
  })
  return (
    <Flex direction="column" gap="extra-small">
      <Flex direction="row">
        <LoadingButton size="xs" variant="secondary" loading={retrying.busy} onClick={() => retrying.run(null)}>
          Try failed steps again
        </LoadingButton>
      </Flex>
      <ProblemNotice title="The steps were not tried again" error={retrying.error} />
    </Flex>
  )
}
