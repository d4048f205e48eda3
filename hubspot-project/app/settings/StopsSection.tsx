import { Alert, Flex, Heading, Input, LoadingButton, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import { useChange, useLoad } from '@stagecue/app-client'
import type { StopRow } from '@stagecue/shared/contract/limits.ts'
import { useCallback, useState } from 'react'
import type { TabProps } from './settings-tools.ts'
import { ConfirmButton, LoadFailed, ProblemNotice, StaleNotice } from './shared-views.ts'
import { textEvents } from './text-events.ts'

export interface StopsSectionProps extends TabProps {
  /** Null: everything. */
  sequenceId: string | null
}

/** The kill switch: what is stopped, by whom and why, and the button that stops or allows sending. */
export function StopsSection(props: StopsSectionProps) {
  const { api, sequenceId } = props
  const [loaded, { reload }] = useLoad(useCallback(() => api.listStops(), [api]))
  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading what is stopped" showLabel={true} />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="What is stopped could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  // The overview shows all stops; a sequence shows its own and those of everything.
  const shown = loaded.value.stops.filter(
    (stop) => sequenceId === null || stop.sequenceId === null || stop.sequenceId === sequenceId,
  )
  const stopped = shown.some((stop) => stop.sequenceId === sequenceId && stop.cause === 'person')
  return (
    <Flex direction="column" gap="small">
      <Heading>Sending</Heading>
      <StaleNotice stale={loaded.stale} />
      {shown.length === 0 ? <Text>Nothing is stopped.</Text> : null}
      {shown.map((stop) => (
        <Stopped key={`${stop.sequenceId} ${stop.cause}`} {...props} stop={stop} onChanged={reload} />
      ))}
      {props.mayConfigure && !stopped ? <StopForm {...props} onChanged={reload} /> : null}
    </Flex>
  )
}

interface ChangedProps extends StopsSectionProps {
  onChanged: () => void
}

function Stopped({ stop, api, tools, mayConfigure, onChanged }: ChangedProps & { stop: StopRow }) {
  const { sequenceId, cause } = stop
  const allowing = useChange((_: null, idempotencyKey) => api.allowSending(sequenceId, { cause, idempotencyKey }), {
    makeKey: tools.makeKey,
    seen: stop.stoppedAt,
    onDoubt: onChanged,
    onDone: () => {
      tools.addAlert({
        type: 'success',
        message:
          'This stop is lifted. What waited for it goes out in its sending hours, unless something else keeps it back.',
      })
      onChanged()
    },
  })
  const what = stop.mails === 'first' ? 'First e-mails are stopped' : 'Sending is stopped'
  return (
    <Alert title={`${what} ${sequenceId === null ? 'everywhere' : `for “${stop.sequenceName}”`}`} variant="danger">
      <Flex direction="column" gap="extra-small">
        <Text>{stop.reason}</Text>
        <Text variant="microcopy">{`By ${cause === 'bounces' ? 'Stagecue' : stop.stoppedBy}, ${tools.formats.moment(stop.stoppedAt)}. No e-mail is lost: each one waits.`}</Text>
        {mayConfigure ? (
          <Flex direction="row">
            <LoadingButton
              size="xs"
              variant="secondary"
              loading={allowing.busy}
              disabled={allowing.busy}
              onClick={() => allowing.run(null)}
            >
              Allow again
            </LoadingButton>
          </Flex>
        ) : null}
        <ProblemNotice title="This did not work" error={allowing.error} />
      </Flex>
    </Alert>
  )
}

function StopForm({ sequenceId, api, tools, onChanged }: ChangedProps) {
  const [reason, setReason] = useState('')
  const dialog = `stop-${sequenceId ?? 'all'}`
  const stopping = useChange(
    (why: string, idempotencyKey) => api.stopSending(sequenceId, { reason: why, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      // While this is on screen nothing is stopped, as far as is known: another stop is shown in its place.
      onDoubt: onChanged,
      onDone: () => {
        tools.closeOverlay(dialog)
        setReason('')
        tools.addAlert({ type: 'success', message: 'Sending is stopped.' })
        onChanged()
      },
    },
  )
  const all = sequenceId === null
  return (
    <Flex direction="column" gap="extra-small">
      <Input
        label="Why stop (shown on every e-mail that waits)"
        name={`reason-${dialog}`}
        value={reason}
        readOnly={stopping.busy}
        {...textEvents(setReason)}
      />
      <Flex direction="row">
        <ConfirmButton
          id={dialog}
          label={all ? 'Stop all sending' : 'Stop this sequence’s e-mails'}
          size="sm"
          title={all ? 'Stop all sending now?' : 'Stop this sequence’s e-mails now?'}
          confirmLabel="Stop sending"
          error={stopping.error}
          busy={stopping.busy}
          onOpen={stopping.clear}
          onConfirm={() => stopping.run(reason)}
          closeOverlay={tools.closeOverlay}
        >
          {all
            ? 'No further e-mail of this account goes out from now on. Contacts are still enrolled, and every e-mail waits until you allow sending again.'
            : 'No further e-mail of this sequence goes out from now on. Contacts are still enrolled, and every e-mail waits until you allow sending again.'}
        </ConfirmButton>
      </Flex>
    </Flex>
  )
}
