import { EmptyState, LoadingButton, Text } from '@hubspot/ui-extensions'
import type { ApiError } from '@stagecue/app-client'
import type { EventPage } from '@stagecue/shared/contract/event.ts'
import { EventItem } from './EventItem.tsx'
import type { TabProps } from './settings-tools.ts'
import { StaleNotice } from './shared-views.ts'

export interface EventListProps extends TabProps {
  page: EventPage
  stale: ApiError | null
  reloading: boolean
  filtered: boolean
  onChanged: () => Promise<void>
  onMore: () => Promise<void>
}

export function EventList({ page, stale, reloading, filtered, onChanged, onMore, ...shared }: EventListProps) {
  return (
    <>
      <StaleNotice stale={stale} />
      {page.events.length === 0 ? <NoEvents filtered={filtered} /> : null}
      {page.events.map((event) => (
        <EventItem key={event.eventId} {...shared} event={event} onChanged={onChanged} />
      ))}
      {page.next === null ? null : (
        <LoadingButton size="sm" loading={reloading} disabled={reloading} onClick={onMore}>
          Load more
        </LoadingButton>
      )}
    </>
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
