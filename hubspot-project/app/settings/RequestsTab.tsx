import { Accordion, Button, EmptyState, Flex, LoadingSpinner, StatusTag, Text } from '@hubspot/ui-extensions'
import { type Formats, useLoad } from '@stagecue/app-client'
import type { HubSpotRequestRow } from '@stagecue/shared/contract/event.ts'
import { useCallback } from 'react'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed, StaleNotice } from './shared-views.ts'

/** The latest calls from Stagecue to HubSpot, newest first. */
export function RequestsTab({ api, tools }: TabProps) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.listRequests(), [api]))
  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading requests" showLabel={true} layout="centered" />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The requests could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const { requests } = loaded.value
  return (
    <Flex direction="column" gap="small">
      <StaleNotice stale={loaded.stale} />
      <Flex direction="row" gap="small" align="center">
        <Button size="xs" variant="secondary" onClick={reload}>
          Refresh
        </Button>
        <Text variant="microcopy">Names, addresses and texts in the bodies are masked.</Text>
      </Flex>
      {requests.length === 0 ? (
        <EmptyState title="No calls yet" layout="vertical" imageWidth={120}>
          <Text>Calls from Stagecue to HubSpot appear here as soon as there are any.</Text>
        </EmptyState>
      ) : (
        requests.map((request) => (
          <RequestItem
            key={`${request.at} ${request.method} ${request.path} ${request.durationMs}`}
            request={request}
            formats={tools.formats}
          />
        ))
      )}
    </Flex>
  )
}

function RequestItem({ request, formats }: { request: HubSpotRequestRow; formats: Formats }) {
  const { at, method, path, status, durationMs, error } = request
  const worked = status !== null && status < 400
  return (
    <Accordion title={`${method} ${path} · ${status ?? 'no answer'}`} size="xs">
      <Flex direction="column" gap="extra-small">
        <StatusTag variant={worked ? 'success' : 'danger'}>{worked ? 'Worked' : 'Failed'}</StatusTag>
        <Text>
          {formats.moment(at)} · {Math.round(durationMs)} ms
        </Text>
        {error === null ? null : <Text>Error: {error}</Text>}
        <Text variant="microcopy">Sent: {request.request ?? 'nothing'}</Text>
        <Text variant="microcopy">Received: {request.response ?? 'nothing'}</Text>
      </Flex>
    </Accordion>
  )
}
