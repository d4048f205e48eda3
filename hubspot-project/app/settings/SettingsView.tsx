import { Alert, Button, Flex, LoadingSpinner, Tab, Tabs } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import { type ReactNode, useCallback, useState } from 'react'
import { EventsTab } from './EventsTab.tsx'
import { MailTab } from './MailTab.tsx'
import { MappingsTab } from './MappingsTab.tsx'
import { NumbersTab } from './NumbersTab.tsx'
import { OverviewTab } from './OverviewTab.tsx'
import { ReadOnlyNotice } from './ReadOnlyNotice.tsx'
import { RequestsTab } from './RequestsTab.tsx'
import { SequencesTab } from './SequencesTab.tsx'
import type { SettingsApi, SettingsTools } from './settings-tools.ts'
import { LoadFailed, StaleNotice } from './shared-views.ts'

const TABS = {
  overview: 'Overview',
  mappings: 'Mappings',
  sequences: 'Sequences',
  numbers: 'Numbers',
  events: 'Events',
  mail: 'Mail',
  requests: 'Requests',
} as const
type TabId = keyof typeof TABS

export interface SettingsViewProps {
  api: SettingsApi
  tools: SettingsTools
  userEmail: string
}

/** The tabs. Only the open one exists, so nothing is asked for a tab nobody looks at. */
export function SettingsView({ api, tools, userEmail }: SettingsViewProps) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.readSettings(), [api]))
  const [tab, setTab] = useState<TabId>('overview')
  const [unsaved, setUnsaved] = useState(false)
  const [wanted, setWanted] = useState<TabId | null>(null)

  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading settings" showLabel={true} layout="centered" />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The settings could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const settings = loaded.value
  const open = (next: TabId) => {
    setTab(next)
    setUnsaved(false)
    setWanted(null)
  }
  const select = (selected: string | number) => {
    if (!isTabId(selected) || selected === tab) return setWanted(null)
    if (unsaved) setWanted(selected)
    else open(selected)
  }

  const shared = { api, tools, mayConfigure: settings.access.mayConfigure }
  const contents: Record<TabId, ReactNode> = {
    overview: (
      <OverviewTab {...shared} settings={settings} userEmail={userEmail} onChanged={reload} onUnsaved={setUnsaved} />
    ),
    mappings: <MappingsTab {...shared} onUnsaved={setUnsaved} />,
    sequences: <SequencesTab {...shared} onUnsaved={setUnsaved} />,
    numbers: <NumbersTab {...shared} />,
    events: <EventsTab {...shared} />,
    mail: <MailTab {...shared} onUnsaved={setUnsaved} />,
    requests: <RequestsTab {...shared} />,
  }
  return (
    <Flex direction="column" gap="medium">
      <StaleNotice stale={loaded.stale} />
      <ReadOnlyNotice access={settings.access} />
      {wanted === null ? null : (
        <UnsavedNotice tab={TABS[wanted]} onLeave={() => open(wanted)} onStay={() => setWanted(null)} />
      )}
      <Tabs selected={tab} onSelectedChange={select}>
        {TAB_IDS.map((id) => (
          <Tab key={id} tabId={id} title={TABS[id]}>
            {id === tab ? contents[id] : null}
          </Tab>
        ))}
      </Tabs>
    </Flex>
  )
}

function UnsavedNotice({ tab, onLeave, onStay }: { tab: string; onLeave: () => void; onStay: () => void }) {
  return (
    <Alert title="You have unsaved changes" variant="warning">
      <Flex direction="row" gap="small" wrap="wrap">
        <Button size="xs" variant="destructive" onClick={onLeave}>
          Discard them and open {tab}
        </Button>
        <Button size="xs" variant="secondary" onClick={onStay}>
          Keep editing
        </Button>
      </Flex>
    </Alert>
  )
}

function isTabId(value: string | number): value is TabId {
  return typeof value === 'string' && value in TABS
}
const TAB_IDS = Object.keys(TABS).filter(isTabId)
