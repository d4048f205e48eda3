import { Alert, Button, DescriptionList, DescriptionListItem, Flex, Heading, StatusTag } from '@hubspot/ui-extensions'
import { ConfirmButton, useChange } from '@stagecue/app-client'
import type { Connection } from '@stagecue/shared/contract/installation.ts'
import { INSTALLATION_STATUS } from '@stagecue/shared/vocabulary.ts'
import type { TabProps } from './settings-tools.ts'

const COLORS = { connected: 'success', inactive: 'danger', disconnected: 'default' } as const
const DIALOG = 'disconnect'

export interface ConnectionSectionProps extends TabProps {
  connection: Connection
  onChanged: () => void
}

/** Whether Stagecue may work in this account, and the two ways to change that. */
export function ConnectionSection({ connection, api, tools, mayConfigure, onChanged }: ConnectionSectionProps) {
  const { status, reason, portalId, accountName, connectedAt, connectedBy, missingScopes, connectUrl } = connection
  const disconnecting = useChange((_: null, idempotencyKey) => api.disconnect({ idempotencyKey }), {
    makeKey: tools.makeKey,
    onDone: () => {
      tools.closeOverlay(DIALOG)
      tools.addAlert({ type: 'success', message: 'Stagecue is disconnected.' })
      onChanged()
    },
  })
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
          <ConfirmButton
            id={DIALOG}
            label="Disconnect"
            size="sm"
            title="Disconnect Stagecue from this account?"
            confirmLabel="Disconnect"
            error={disconnecting.error}
            busy={disconnecting.busy}
            onOpen={disconnecting.clear}
            onConfirm={() => disconnecting.run(null)}
            closeOverlay={tools.closeOverlay}
          >
            All running sequences stop at once and no further e-mail is sent. The app is uninstalled from this account
            and HubSpot tells your administrators by e-mail. What is on the timelines stays there.
          </ConfirmButton>
        ) : null}
      </Flex>
    </Flex>
  )
}
