import { hubspot } from '@hubspot/ui-extensions'
import { apiOrigin, createApi, createFormats, makeIdempotencyKey, realTimers } from '@stagecue/app-client'
import { ROUTES } from '@stagecue/shared/routes.ts'
import { useMemo } from 'react'
import { SettingsView } from './SettingsView.tsx'
import { NotSetUp } from './shared-views.ts'

hubspot.extend<'settings'>(({ context, actions }) => (
  <SettingsPage
    timeZone={context.portal.timezone}
    userEmail={context.user.email}
    origin={apiOrigin(context.variables)}
    addAlert={actions.addAlert}
    closeOverlay={actions.closeOverlay}
  />
))

export interface SettingsPageProps {
  /** The portal's, e.g. `Europe/Berlin`. */
  timeZone: string
  userEmail: string
  /** Our backend's origin; null when the profile does not set it. */
  origin: string | null
  addAlert: (notice: { type: 'success' | 'warning'; message: string }) => void
  closeOverlay: (id: string) => void
}

/** Ties the settings to HubSpot: network, clock and randomness come from here and nowhere else. */
export function SettingsPage({ timeZone, userEmail, origin, addAlert, closeOverlay }: SettingsPageProps) {
  const api = useMemo(
    () => (origin === null ? null : createApi({ fetch: hubspot.fetch, origin, routes: ROUTES })),
    [origin],
  )
  const formats = useMemo(() => createFormats({ timeZone, now: Date.now }), [timeZone])
  if (api === null) return <NotSetUp />
  return (
    <SettingsView
      api={api}
      userEmail={userEmail}
      tools={{ formats, makeKey: makeIdempotencyKey, timers: realTimers, addAlert, closeOverlay }}
    />
  )
}
