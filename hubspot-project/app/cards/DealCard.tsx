import { hubspot } from '@hubspot/ui-extensions'
import { apiOrigin, createApi, createFormats, makeIdempotencyKey, realTimers } from '@stagecue/app-client'
import { ROUTES } from '@stagecue/shared/routes.ts'
import { useMemo } from 'react'
import { DealCardView } from './DealCardView.tsx'
import { NotSetUp } from './shared-views.ts'

hubspot.extend<'crm.record.sidebar'>(({ context, actions }) => (
  <DealCard
    dealId={String(context.crm.objectId)}
    timeZone={context.portal.timezone}
    origin={apiOrigin(context.variables)}
    addAlert={actions.addAlert}
    closeOverlay={actions.closeOverlay}
  />
))

export interface DealCardProps {
  dealId: string
  /** The portal's, e.g. `Europe/Berlin`. */
  timeZone: string
  /** Our backend's origin; null when the profile does not set it. */
  origin: string | null
  addAlert: (notice: { type: 'success'; message: string }) => void
  closeOverlay: (id: string) => void
}

/** Ties the card to HubSpot: network, clock and randomness come from here and nowhere else. */
export function DealCard({ dealId, timeZone, origin, addAlert, closeOverlay }: DealCardProps) {
  const api = useMemo(
    () => (origin === null ? null : createApi({ fetch: hubspot.fetch, origin, routes: ROUTES })),
    [origin],
  )
  const formats = useMemo(() => createFormats({ timeZone, now: Date.now }), [timeZone])
  if (api === null) return <NotSetUp />
  return (
    <DealCardView
      dealId={dealId}
      api={api}
      tools={{ formats, makeKey: makeIdempotencyKey, addAlert, closeOverlay }}
      timers={realTimers}
    />
  )
}
