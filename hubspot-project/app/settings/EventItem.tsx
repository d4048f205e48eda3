import { Accordion, Button, Flex, StatusTag, Text, Tile } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { EventRow } from '@stagecue/shared/contract/event.ts'
import { EVENT_STATUS } from '@stagecue/shared/vocabulary.ts'
import type { TabProps } from './settings-tools.ts'
import { ConfirmButton, DecisionList, ProblemNotice } from './shared-views.ts'

const COLORS = { pending: 'info', done: 'success', dead: 'danger', ignored: 'default' } as const

export interface EventItemProps extends TabProps {
  event: EventRow
  onChanged: () => void
}

/** One thing HubSpot told us, what came of it and why. */
export function EventItem({ event, api, tools, mayConfigure, onChanged }: EventItemProps) {
  const { status, summary, type, reason, attempts, occurredAt, receivedAt, tooOld, decisions } = event
  return (
    <Tile compact={true}>
      <Flex direction="column" gap="extra-small">
        <Flex direction="row" gap="small" align="center" wrap="wrap">
          <StatusTag variant={COLORS[status]}>{EVENT_STATUS[status]}</StatusTag>
          <Text format={{ fontWeight: 'demibold' }}>{summary}</Text>
        </Flex>
        <Text variant="microcopy">
          {type} · happened {tools.formats.moment(occurredAt)} · received {tools.formats.moment(receivedAt)}
        </Text>
        {reason === null ? null : <Text>{reason}</Text>}
        {status === 'dead' ? (
          <Text>
            Tried {attempts} {attempts === 1 ? 'time' : 'times'} and given up. Remove the cause, then choose Re-run.
          </Text>
        ) : null}
        {tooOld ? (
          <Text>
            Stagecue heard of it more than a day late, so it enrolled nobody on its own. Re-run enrolls whom the rules
            allow now.
          </Text>
        ) : null}
        {decisions.length === 0 ? null : (
          <Accordion title={`Decisions (${decisions.length})`} size="xs">
            <DecisionList decisions={decisions} formats={tools.formats} />
          </Accordion>
        )}
        {mayConfigure && status !== 'pending' ? (
          <EventActions event={event} api={api} tools={tools} onChanged={onChanged} />
        ) : null}
      </Flex>
    </Tile>
  )
}

function EventActions({ event, api, tools, onChanged }: Omit<EventItemProps, 'mayConfigure'>) {
  const dialog = `delete-event-${event.eventId}`
  const rerunning = useChange((_: null, idempotencyKey) => api.rerunEvent(event.eventId, { idempotencyKey }), {
    makeKey: tools.makeKey,
    seen: event,
    onDoubt: onChanged,
    onDone: () => {
      tools.addAlert({ type: 'success', message: 'The event is looked at again.' })
      onChanged()
    },
  })
  const deleting = useChange((_: null, idempotencyKey) => api.deleteEvent(event.eventId, { idempotencyKey }), {
    makeKey: tools.makeKey,
    seen: event,
    onDoubt: onChanged,
    onDone: () => {
      tools.closeOverlay(dialog)
      tools.addAlert({ type: 'success', message: 'The event is deleted.' })
      onChanged()
    },
  })
  const busy = rerunning.busy || deleting.busy
  return (
    <Flex direction="column" gap="extra-small">
      <Flex direction="row" gap="extra-small">
        {event.status === 'done' && !event.tooOld ? null : (
          <Button size="xs" variant="secondary" disabled={busy} onClick={() => rerunning.run(null)}>
            Re-run
          </Button>
        )}
        <ConfirmButton
          id={dialog}
          label="Delete"
          title="Delete this event?"
          confirmLabel="Delete event"
          error={deleting.error}
          busy={busy}
          onOpen={deleting.clear}
          onConfirm={() => deleting.run(null)}
          closeOverlay={tools.closeOverlay}
        >
          The event and its decisions disappear from this list and it can no longer be run. Enrollments it caused stay.
        </ConfirmButton>
      </Flex>
      <ProblemNotice title="The event was not run again" error={rerunning.error} />
    </Flex>
  )
}
