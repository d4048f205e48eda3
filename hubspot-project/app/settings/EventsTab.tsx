import { Button, Flex, LoadingSpinner, Select } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import type { EventPage, EventQuery } from '@stagecue/shared/contract/event.ts'
import { EVENT_STATUS, type EventStatus } from '@stagecue/shared/vocabulary.ts'
import { useCallback, useRef, useState } from 'react'
import { EventList } from './EventList.tsx'
import type { SettingsApi, TabProps } from './settings-tools.ts'
import { LoadFailed } from './shared-views.ts'

const ALL = 'all'

/** What HubSpot told us lately and what came of it. */
export function EventsTab(props: TabProps) {
  const { api } = props
  const [filter, setFilter] = useState<EventStatus | typeof ALL>(ALL)
  // Not state: asking for one more page must renew the list, not start it over with a spinner.
  const pages = useRef(1)
  const [loaded, { reload }] = useLoad(
    useCallback(() => listPages(api, filter === ALL ? {} : { status: filter }, pages.current), [api, filter]),
  )
  const choose = (value: unknown) => {
    pages.current = 1
    setFilter(isEventStatus(value) ? value : ALL)
  }
  const more = () => {
    pages.current++
    return reload()
  }
  return (
    <Flex direction="column" gap="small">
      <Flex direction="row" gap="small" align="end" wrap="wrap">
        <Select
          label="Show"
          name="status"
          value={filter}
          options={[
            { label: 'All events', value: ALL },
            ...Object.entries(EVENT_STATUS).map(([value, label]) => ({ label, value })),
          ]}
          onChange={choose}
        />
        <Button size="sm" variant="secondary" onClick={reload}>
          Refresh
        </Button>
      </Flex>
      {loaded.kind === 'loading' ? <LoadingSpinner label="Loading events" showLabel={true} layout="centered" /> : null}
      {loaded.kind === 'failed' ? (
        <LoadFailed
          title="The events could not be loaded"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
      ) : null}
      {loaded.kind === 'ready' ? (
        <EventList
          {...props}
          page={loaded.value}
          stale={loaded.stale}
          reloading={loaded.reloading}
          filtered={filter !== ALL}
          onChanged={reload}
          onMore={more}
        />
      ) : null}
    </Flex>
  )
}

async function listPages(api: SettingsApi, query: EventQuery, pages: number): Promise<EventPage> {
  let page = await api.listEvents(query)
  const events = [...page.events]
  for (let read = 1; read < pages && page.next !== null; read++) {
    page = await api.listEvents({ ...query, before: page.next })
    events.push(...page.events)
  }
  return { events, next: page.next }
}

function isEventStatus(value: unknown): value is EventStatus {
  return typeof value === 'string' && value in EVENT_STATUS
}
