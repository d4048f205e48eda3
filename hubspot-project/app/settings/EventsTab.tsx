import { Button, EmptyState, Flex, LoadingButton, LoadingSpinner, Select, Text } from '@hubspot/ui-extensions'
import { LoadFailed, StaleNotice, useLoad } from '@stagecue/app-client'
import type { EventPage, EventQuery } from '@stagecue/shared/contract/event.ts'
import { EVENT_STATUS, type EventStatus } from '@stagecue/shared/vocabulary.ts'
import { useCallback, useRef, useState } from 'react'
import { EventItem } from './EventItem.tsx'
import type { SettingsApi, TabProps } from './settings-tools.ts'

const ALL = 'all'

/** What HubSpot told us lately and what came of it. */
export function EventsTab({ api, tools, mayConfigure }: TabProps) {
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
        <>
          <StaleNotice stale={loaded.stale} />
          {loaded.value.events.length === 0 ? <NoEvents filtered={filter !== ALL} /> : null}
          {loaded.value.events.map((event) => (
            <EventItem
              key={event.eventId}
              event={event}
              api={api}
              tools={tools}
              mayConfigure={mayConfigure}
              onChanged={reload}
            />
          ))}
          {loaded.value.next === null ? null : (
            <LoadingButton size="sm" loading={loaded.reloading} disabled={loaded.reloading} onClick={more}>
              Load more
            </LoadingButton>
          )}
        </>
      ) : null}
    </Flex>
  )
}

function NoEvents({ filtered }: { filtered: boolean }) {
  return (
    <EmptyState title={filtered ? 'No such events' : 'No events yet'} layout="vertical" imageWidth={120}>
      <Text>
        {filtered
          ? 'Choose another status to see more.'
          : 'Move a deal to another stage in HubSpot; its event appears here within a minute.'}
      </Text>
    </EmptyState>
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
