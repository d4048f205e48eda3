import { Alert, Button, Flex, Heading, List, LoadingButton, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import { type Formats, useChange, useLoad } from '@stagecue/app-client'
import type { HubSpotStatus } from '@stagecue/shared/contract/hubspot-status.ts'
import { useCallback } from 'react'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed, ProblemNotice, StaleNotice } from './shared-views.ts'

/** Whether contacts and deals in HubSpot say where they stand, for lists and workflows. */
export function StatusSection({ api, tools, mayConfigure }: TabProps) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.readHubSpotStatus(), [api]))
  return (
    <Flex direction="column" gap="small">
      <Heading>Status in HubSpot</Heading>
      <Text>
        Stagecue can keep its status in properties of your contacts and deals, so that lists and workflows can use it.
      </Text>
      {loaded.kind === 'loading' ? <LoadingSpinner label="Loading" showLabel={true} /> : null}
      {loaded.kind === 'failed' ? (
        <LoadFailed
          title="This setting could not be loaded"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
      ) : null}
      {loaded.kind === 'ready' ? (
        <>
          <StaleNotice stale={loaded.stale} />
          <StatusSwitch status={loaded.value} api={api} tools={tools} mayConfigure={mayConfigure} onChanged={reload} />
        </>
      ) : null}
    </Flex>
  )
}

interface StatusSwitchProps extends TabProps {
  status: HubSpotStatus
  onChanged: () => void
}

function StatusSwitch({ status, api, tools, mayConfigure, onChanged }: StatusSwitchProps) {
  const { enabled, permitted, problem, properties, connectUrl } = status
  const switching = useChange(
    (wanted: boolean, idempotencyKey) => api.saveHubSpotStatus({ enabled: wanted, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      seen: enabled,
      onDoubt: onChanged,
      onDone: (answer) => {
        tools.addAlert({
          type: 'success',
          message: answer.enabled ? 'The status is written now.' : 'The status is no longer written.',
        })
        onChanged()
      },
    },
  )
  return (
    <Flex direction="column" gap="small">
      {problem === null ? null : (
        <Alert title={enabled ? 'The status is not written at present' : 'A permission is missing'} variant="warning">
          {problem}
        </Alert>
      )}
      <Text>{enabled ? describeProgress(status, tools.formats) : 'It is switched off.'}</Text>
      <List variant="unordered-styled">
        {properties.map(({ name, label }) => (
          <Text key={name} variant="microcopy">{`${label} (${name})`}</Text>
        ))}
      </List>
      {enabled ? (
        <Text variant="microcopy">After switching off, the properties keep what they say and are not renewed.</Text>
      ) : null}
      <ProblemNotice title="Nothing was changed" error={switching.error} />
      {mayConfigure ? (
        <Flex direction="row" gap="small" wrap="wrap">
          {permitted ? null : (
            <Button size="sm" variant="primary" href={{ url: connectUrl, external: true }}>
              Reconnect to allow it
            </Button>
          )}
          {permitted || enabled ? (
            <LoadingButton
              size="sm"
              variant={enabled ? 'secondary' : 'primary'}
              loading={switching.busy}
              disabled={switching.busy}
              onClick={() => switching.run(!enabled)}
            >
              {enabled ? 'Stop writing the status' : 'Write the status to HubSpot'}
            </LoadingButton>
          ) : null}
        </Flex>
      ) : null}
    </Flex>
  )
}

function describeProgress({ waiting, refused, lastWrittenAt }: HubSpotStatus, formats: Formats): string {
  const last =
    lastWrittenAt === null ? 'Nothing was written yet.' : `Last written ${formats.momentAndDistance(lastWrittenAt)}.`
  const left = waiting === 0 ? '' : ` ${waiting} ${waiting === 1 ? 'record waits' : 'records wait'} to be written.`
  const not =
    refused === 0
      ? ''
      : ` HubSpot did not take ${refused} ${refused === 1 ? 'record' : 'records'}, usually deleted ones.`
  return `It is switched on. ${last}${left}${not}`
}
