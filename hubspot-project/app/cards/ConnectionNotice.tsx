import { Alert } from '@hubspot/ui-extensions'
import type { DealCard } from '@stagecue/shared/contract/enrollment.ts'

const CONNECT =
  'Ask an administrator to connect Stagecue: Settings → Integrations → Connected apps → Stagecue → Settings tab.'

/** What to do when Stagecue has no working connection to this account, or HubSpot could not be asked just now. */
export function ConnectionNotice({ deal }: { deal: Pick<DealCard, 'connection' | 'connectionMessage'> }) {
  if (deal.connection === 'connected') {
    if (deal.connectionMessage === null) return null
    return (
      <Alert title="HubSpot could not be asked just now" variant="warning">
        {deal.connectionMessage}
      </Alert>
    )
  }
  if (deal.connection === 'inactive') {
    return (
      <Alert title="Stagecue must be reconnected. Nothing is sent until then." variant="warning">
        {deal.connectionMessage ?? CONNECT}
      </Alert>
    )
  }
  return (
    <Alert title="Stagecue is not connected" variant="info">
      {deal.connectionMessage ?? CONNECT}
    </Alert>
  )
}
