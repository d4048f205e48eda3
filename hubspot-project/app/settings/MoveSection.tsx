import {
  Alert,
  Button,
  Flex,
  Heading,
  LoadingSpinner,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions'
import { useChange, useLoad } from '@stagecue/app-client'
import type { MovePreviewRow, MoveProgress } from '@stagecue/shared/contract/version-move.ts'
import { useCallback, useState } from 'react'
import type { SettingsTools, TabProps } from './settings-tools.ts'
import { ConfirmButton, LoadFailed, StaleNotice } from './shared-views.ts'

export interface MoveSectionProps extends TabProps {
  sequenceId: string
  version: number
  onClose: () => void
}

/** What moving everything that runs to a version would do, contact by contact, and the button that does it. */
export function MoveSection(props: MoveSectionProps) {
  const { sequenceId, version, api, tools, onClose } = props
  const [after, setAfter] = useState<string | null>(null)
  const [progress, setProgress] = useState<MoveProgress | null>(null)
  const load = useCallback(
    () => api.previewMove(sequenceId, { version, ...(after === null ? {} : { after }) }),
    [api, sequenceId, version, after],
  )
  const [loaded, { reload }] = useLoad(load)
  const dialog = `move-${sequenceId}-${version}`
  const moving = useChange(
    async (to: number, idempotencyKey) => {
      const call = () => api.moveEnrollments(sequenceId, { version: to, idempotencyKey })
      let done = await call()
      setProgress(done)
      // A part at a time, under one key: every enrollment is decided about once.
      for (let left = Number.POSITIVE_INFINITY; done.left > 0 && done.left < left; ) {
        left = done.left
        done = await call()
        setProgress(done)
      }
      return done
    },
    {
      makeKey: tools.makeKey,
      onDone: () => {
        tools.closeOverlay(dialog)
        setAfter(null)
        void reload()
      },
    },
  )
  const title = <Heading>{`Move running enrollments to version ${version}`}</Heading>
  const back = (
    <Button size="xs" variant="secondary" onClick={onClose}>
      Back to the versions
    </Button>
  )
  if (loaded.kind === 'loading') return <LoadingSpinner label="Looking where each would go on" showLabel={true} />
  if (loaded.kind === 'failed') {
    return (
      <Flex direction="column" gap="small">
        {title}
        <LoadFailed
          title="The preview could not be made"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
        {back}
      </Flex>
    )
  }
  const { rows, total, nextAfter } = loaded.value
  return (
    <Flex direction="column" gap="small">
      {title}
      <StaleNotice stale={loaded.stale} />
      {progress === null ? null : <Progress progress={progress} />}
      <Text>
        {total === 0
          ? `Nothing runs in another version than ${version}.`
          : `${total} running in other versions. Each goes on at the step with the same id; a step that is gone is passed over, and no e-mail is sent a second time.`}
      </Text>
      {rows.length === 0 ? null : <PreviewTable rows={rows} tools={tools} />}
      <Flex direction="row" gap="small" wrap="wrap">
        {back}
        {after === null ? null : (
          <Button size="xs" variant="secondary" onClick={() => setAfter(null)}>
            First page
          </Button>
        )}
        {nextAfter === null ? null : (
          <Button size="xs" variant="secondary" onClick={() => setAfter(nextAfter)}>
            Next page
          </Button>
        )}
        {total === 0 ? null : (
          <ConfirmButton
            id={dialog}
            label={`Move ${total} to version ${version}`}
            title={`Move ${total} to version ${version}?`}
            confirmLabel="Move them"
            error={moving.error}
            busy={moving.busy}
            onOpen={moving.clear}
            onConfirm={() => moving.run(version)}
            closeOverlay={tools.closeOverlay}
          >
            Each is looked at once more when it is moved, so dates may differ a little from the preview. Those that
            cannot be moved stay as they are, and you see why.
          </ConfirmButton>
        )}
      </Flex>
    </Flex>
  )
}

function Progress({ progress }: { progress: MoveProgress }) {
  const { version, moved, stayed, left, reasons } = progress
  const title = left > 0 ? `${moved} moved, ${left} to go` : `${moved} moved to version ${version}, ${stayed} stayed`
  return (
    <Alert title={title} variant={stayed > 0 ? 'warning' : 'success'}>
      <Flex direction="column" gap="extra-small">
        {reasons.map(({ enrollmentId, contactName, dealId, reason }) => (
          <Text key={enrollmentId} variant="microcopy">{`${contactName}, deal ${dealId}: ${reason}`}</Text>
        ))}
        {stayed > reasons.length ? <Text variant="microcopy">{`And ${stayed - reasons.length} more.`}</Text> : null}
      </Flex>
    </Alert>
  )
}

function PreviewTable({ rows, tools }: { rows: readonly MovePreviewRow[]; tools: SettingsTools }) {
  return (
    <Table bordered={true} density="condensed">
      <TableHead>
        <TableRow>
          <TableHeader>Contact</TableHeader>
          <TableHeader>Stands now</TableHeader>
          <TableHeader>Would go on</TableHeader>
          <TableHeader>Next e-mail</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {rows.map(({ enrollmentId, contactName, dealName, fromVersion, stands, goesOn, stays, next }) => (
          <TableRow key={enrollmentId}>
            <TableCell>
              {contactName}
              <Text variant="microcopy">{dealName}</Text>
            </TableCell>
            <TableCell>
              {stands}
              <Text variant="microcopy">{`Version ${fromVersion}`}</Text>
            </TableCell>
            <TableCell>{goesOn ?? `Stays: ${stays}`}</TableCell>
            <TableCell>
              {next === null ? 'None' : next.at === null ? 'No date' : tools.formats.moment(next.at)}
              {next === null ? null : <Text variant="microcopy">{`${next.step}. ${next.why}`}</Text>}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
