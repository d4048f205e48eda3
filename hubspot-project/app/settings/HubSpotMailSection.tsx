import { Flex, Heading, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import { useCallback } from 'react'
import { HubSpotMailForm } from './HubSpotMailForm.tsx'
import type { EditingTabProps } from './settings-tools.ts'
import { LoadFailed, StaleNotice } from './shared-views.ts'

/** What HubSpot and Stagecue tell each other about people who unsubscribe and about mails that were sent. */
export function HubSpotMailSection({ api, tools, mayConfigure, onUnsaved }: EditingTabProps) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.readHubSpotMail(), [api]))
  return (
    <Flex direction="column" gap="small">
      <Heading>Opt-outs and e-mails in HubSpot</Heading>
      <Text>
        Who opted out of all e-mail in HubSpot gets no mail. You can also respect one subscription type, tell HubSpot
        who unsubscribed here, and show sent mails on the records.
      </Text>
      {loaded.kind === 'loading' ? <LoadingSpinner label="Loading" showLabel={true} /> : null}
      {loaded.kind === 'failed' ? (
        <LoadFailed
          title="These settings could not be loaded"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
      ) : null}
      {loaded.kind === 'ready' ? <StaleNotice stale={loaded.stale} /> : null}
      {loaded.kind === 'ready' ? (
        <HubSpotMailForm
          stored={loaded.value}
          api={api}
          tools={tools}
          mayConfigure={mayConfigure}
          onChanged={reload}
          onUnsaved={onUnsaved}
        />
      ) : null}
    </Flex>
  )
}
