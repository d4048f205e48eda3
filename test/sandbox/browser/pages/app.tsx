import { useEffect } from 'react'
import type { Config, ExtensionInfo, Portal } from '../data/types.ts'
import { useData } from '../data/use-data.ts'
import { BoardPage } from './board.tsx'
import { ContactPage } from './contact.tsx'
import { DealPage } from './deal.tsx'
import { InboxPage } from './inbox.tsx'
import { PortalsPage } from './portals.tsx'
import { usePlace } from './router.tsx'
import { SettingsPage } from './settings.tsx'
import { Shell } from './shell.tsx'
import { Empty, Show } from './states.tsx'
import { ToastProvider } from './toasts.tsx'

export interface World {
  portals: Portal[]
  config: Config
  extensions: ExtensionInfo[]
}

export function App() {
  const place = usePlace()
  const portals = useData<Portal[]>('/sandbox/portals', ['install'])
  const config = useData<Config>('/sandbox/config', ['clock'])
  const extensions = useData<ExtensionInfo[]>('/sandbox/extensions')
  const [, page = '', pathPortalId, recordId = ''] = place.pathname.split('/').map(decodeURIComponent)
  const portalId = pathPortalId ?? place.searchParams.get('portalId')
  const portal = portals.data?.find((one) => String(one.portalId) === portalId)
  useEffect(() => {
    document.title = [page || 'portals', portal?.name, 'Sandbox'].filter(Boolean).join(' · ')
  }, [page, portal?.name])
  return (
    <ToastProvider>
      <Shell page={page} portal={portal} hasClock={config.data?.clockAheadMs !== undefined}>
        <Show what="the sandbox" loaded={portals}>
          {(portalList) => (
            <Show what="the sandbox's settings" loaded={config}>
              {(settings) => (
                <Show what="the extensions" loaded={extensions}>
                  {(list) => (
                    <Page
                      page={page}
                      portal={portal}
                      recordId={recordId}
                      world={{ portals: portalList, config: settings, extensions: list }}
                    />
                  )}
                </Show>
              )}
            </Show>
          )}
        </Show>
      </Shell>
    </ToastProvider>
  )
}

interface PageProps {
  page: string
  portal: Portal | undefined
  recordId: string
  world: World
}

function Page({ page, portal, recordId, world }: PageProps) {
  if (page === '') return <PortalsPage world={world} />
  if (page === 'inbox') return <InboxPage portals={world.portals} />
  if (!portal) return <Empty title="No such portal">The sandbox holds no portal with this id.</Empty>
  if (page === 'board') return <BoardPage key={portal.portalId} portal={portal} />
  if (page === 'settings') return <SettingsPage key={portal.portalId} portal={portal} world={world} />
  if (page === 'deals') return <DealPage key={recordId} portal={portal} dealId={recordId} world={world} />
  if (page === 'contacts') return <ContactPage key={recordId} portal={portal} contactId={recordId} />
  return <Empty title="No such page">The address leads nowhere.</Empty>
}
