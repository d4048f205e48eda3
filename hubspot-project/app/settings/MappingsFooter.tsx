import { Button, Flex, LoadingButton, Text } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { TabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'

export interface MappingsFooterProps extends TabProps {
  refreshedAt: string | null
  onAdd: () => void
  onRefreshed: () => void
}

/** Adds a mapping, or reads pipelines and stages from HubSpot again: it tells nobody when they change. */
export function MappingsFooter({ api, tools, mayConfigure, refreshedAt, onAdd, onRefreshed }: MappingsFooterProps) {
  const refreshing = useChange((_: null, idempotencyKey) => api.refreshPipelines({ idempotencyKey }), {
    makeKey: tools.makeKey,
    seen: refreshedAt,
    onDoubt: onRefreshed,
    onDone: () => {
      tools.addAlert({ type: 'success', message: 'Pipelines and stages are up to date.' })
      onRefreshed()
    },
  })
  const { busy } = refreshing
  return (
    <>
      {mayConfigure ? (
        <Flex direction="row" gap="small" wrap="wrap">
          <Button variant="primary" size="sm" onClick={onAdd}>
            Add mapping
          </Button>
          <LoadingButton size="sm" loading={busy} disabled={busy} onClick={() => refreshing.run(null)}>
            Refresh pipelines
          </LoadingButton>
        </Flex>
      ) : null}
      <ProblemNotice title="The pipelines were not refreshed" error={refreshing.error} />
      <Text variant="microcopy">
        {refreshedAt === null
          ? 'Pipelines were never read from HubSpot. Choose Refresh pipelines.'
          : `Pipelines read from HubSpot ${tools.formats.momentAndDistance(refreshedAt)}.`}
      </Text>
    </>
  )
}
