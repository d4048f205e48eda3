import { useState } from 'react'
import type { Portal } from '../data/types.ts'
import { createSettingsContext } from '../extension/context.ts'
import { Extension } from '../extension/extension.tsx'
import type { World } from './app.tsx'
import { PageLink } from './router.tsx'
import { Empty } from './states.tsx'

/** What HubSpot shows under Connected apps → the app → Settings. */
export function SettingsPage({ portal, world }: { portal: Portal; world: World }) {
  // As it was when the page was opened: a new start would lose what is being written here.
  const [clockAheadMs] = useState(world.config.clockAheadMs ?? 0)
  const info = world.extensions.find((one) => one.type === 'settings')
  return (
    <div className="page">
      <header className="page-header">
        <h1>App settings</h1>
        <p className="count">{portal.name}</p>
      </header>
      {!portal.installed && (
        <Empty title="Stagecue is not connected">
          Connect it on the <PageLink href="/">portals page</PageLink>; its settings open here then.
        </Empty>
      )}
      {portal.installed && !info && <Empty title="No settings page">The project has no settings component.</Empty>}
      {portal.installed && info && (
        <Extension
          info={info}
          context={createSettingsContext(info, portal, world.config)}
          portal={portal}
          clockAheadMs={clockAheadMs}
        />
      )}
    </div>
  )
}
