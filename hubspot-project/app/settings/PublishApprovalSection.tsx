import { Flex, Heading, LoadingButton, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import { useChange, useLoad } from '@stagecue/app-client'
import { useCallback } from 'react'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed, ProblemNotice, StaleNotice } from './shared-views.ts'

/** Whether a sequence needs a second admin's word before it goes live. */
export function PublishApprovalSection({ api, tools, mayConfigure }: TabProps) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.readPublishApproval(), [api]))
  const switching = useChange(
    (needsApproval: boolean, idempotencyKey) => api.savePublishApproval({ needsApproval, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      seen: loaded.kind === 'ready' && loaded.value.needsApproval,
      onDoubt: () => void reload(),
      onDone: () => void reload(),
    },
  )
  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading" showLabel={true} />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The approval of sequences could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const { needsApproval, admins } = loaded.value
  return (
    <Flex direction="column" gap="small">
      <Heading>Approval of sequences</Heading>
      <StaleNotice stale={loaded.stale} />
      <Text>
        {needsApproval
          ? 'A sequence goes live when another admin than the one who submits it approves it.'
          : 'Every admin can publish a sequence alone.'}
      </Text>
      {admins < 2 ? (
        <Text variant="microcopy">There is one admin only, so nobody could approve. Add a second one first.</Text>
      ) : null}
      {mayConfigure ? (
        <Flex direction="row">
          <LoadingButton
            size="xs"
            variant="secondary"
            loading={switching.busy}
            disabled={switching.busy || (!needsApproval && admins < 2)}
            onClick={() => switching.run(!needsApproval)}
          >
            {needsApproval ? 'Publish without approval' : 'Ask for a second admin’s approval'}
          </LoadingButton>
        </Flex>
      ) : null}
      <ProblemNotice title="This did not work" error={switching.error} />
    </Flex>
  )
}
