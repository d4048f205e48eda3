import { Alert, Button, DescriptionList, DescriptionListItem, Flex, Heading, StatusTag } from '@hubspot/ui-extensions'
import type { Connection } from '@stagecue/shared/contract/installation.ts'
import { INSTALLATION_STATUS } from '@stagecue/shared/vocabulary.ts'
import { DisconnectButton } from './DisconnectButton.tsx'
import type { TabProps } from './settings-tools.ts'

const COLORS = { connected: 'success', inactive: 'danger', disconnected: 'default' } as const

export interface ConnectionSectionProps extends TabProps {
  connection: Connection
  onChanged: () => void
}

/** Whether Stagecue may work in this account, and the two ways to change that. */
export function ConnectionSection({ connection, api, tools, mayConfigure, onChanged }: ConnectionSectionProps) {
  const { status, reason, portalId, accountName, connectedAt, connectedBy, missingScopes, connectUrl } = connection
  const connected = status === 'connected'
  const complete = missingScopes.length === 0
  return (
    <Flex direction="column" gap="small">
      <Heading>Connection</Heading>
      <StatusTag variant={COLORS[status]}>{INSTALLATION_STATUS[status]}</StatusTag>
      {reason === null ? null : (
        <Alert title={connected ? 'Please note' : 'Stagecue is not working in this account'} variant="warning">
          {reason}
        </Alert>
      )}
      {complete ? null : (
        <Alert title="Permissions are missing" variant="warning">
          {`Reconnect to grant: ${missingScopes.join(', ')}.`}
        </Alert>
      )}
      <DescriptionList direction="row">
        <DescriptionListItem label="HubSpot account">
          {accountName === null ? String(portalId) : `${accountName} (${portalId})`}
        </DescriptionListItem>
        <DescriptionListItem label="Connected">
          {connectedAt === null ? 'Never' : tools.formats.moment(connectedAt)}
        </DescriptionListItem>
        <DescriptionListItem label="Connected by">{connectedBy ?? 'Unknown'}</DescriptionListItem>
      </DescriptionList>
      <Flex direction="row" gap="small" wrap="wrap">
        <Button
          variant={connected && complete ? 'secondary' : 'primary'}
          size="sm"
          href={{ url: connectUrl, external: true }}
        >
          {status === 'disconnected' ? 'Connect' : 'Reconnect'}
        </Button>
        {mayConfigure && status !== 'disconnected' ? (
          <DisconnectButton api={api} tools={tools} onChanged={onChanged} />
        ) : null}
      </Flex>
    </Flex>
  )
}
