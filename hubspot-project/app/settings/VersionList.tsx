import {
  Button,
  Flex,
  LoadingButton,
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
import type { VersionRow } from '@stagecue/shared/contract/sequence-version.ts'
import { useCallback, useState } from 'react'
import type { SequenceHistoryProps } from './SequenceHistory.tsx'
import { LoadFailed, ProblemNotice } from './shared-views.ts'
import { VersionDetails } from './VersionDetails.tsx'

export interface VersionListProps extends SequenceHistoryProps {
  onMove: (version: number) => void
}

/** Who published what when and how many run in it; each can be read, compared with the draft, or taken as the draft. */
export function VersionList(props: VersionListProps) {
  const { stored, api } = props
  const [shown, setShown] = useState<number | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a publish makes a version more.
  const load = useCallback(() => api.listVersions(stored.id), [api, stored.id, stored.version])
  const [loaded, { reload }] = useLoad(load)
  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading versions" showLabel={true} />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The versions could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const { versions } = loaded.value
  const running = versions.reduce((sum, version) => sum + version.running, 0)
  return (
    <Flex direction="column" gap="small">
      <Table bordered={true} density="condensed">
        <TableHead>
          <TableRow>
            <TableHeader>Version</TableHeader>
            <TableHeader>Published</TableHeader>
            <TableHeader>Steps</TableHeader>
            <TableHeader>Running</TableHeader>
            <TableHeader>Actions</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {versions.map((version) => (
            <VersionLine
              key={version.version}
              {...props}
              version={version}
              others={running - version.running}
              shown={shown === version.version}
              onShow={() => setShown(shown === version.version ? null : version.version)}
            />
          ))}
        </TableBody>
      </Table>
      {shown === null ? null : (
        // A saved draft differs otherwise, so it is asked for anew.
        <VersionDetails
          key={`${shown} ${stored.revision}`}
          sequenceId={stored.id}
          version={shown}
          others={versions.map(({ version }) => version).filter((version) => version !== shown)}
          api={api}
        />
      )}
    </Flex>
  )
}

interface VersionLineProps extends VersionListProps {
  version: VersionRow
  /** Running enrollments in other versions. */
  others: number
  shown: boolean
  onShow: () => void
}

function VersionLine(props: VersionLineProps) {
  const { version, others, shown, stored, unsaved, api, tools, mayConfigure, onShow, onMove, onReplaced } = props
  const restoring = useChange(
    (revision: number, idempotencyKey) => api.restoreVersion(stored.id, version.version, { revision, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      onDone: (sequence) => {
        onReplaced(sequence)
        tools.addAlert({ type: 'success', message: `Version ${version.version} is the draft now.` })
      },
    },
  )
  const usable = mayConfigure && stored.status !== 'archived'
  return (
    <TableRow>
      <TableCell>
        {version.version}
        {version.current ? <Text variant="microcopy">New enrollments get it</Text> : null}
      </TableCell>
      <TableCell>
        {tools.formats.moment(version.publishedAt)}
        <Text variant="microcopy">{version.publishedBy ?? 'Nobody known'}</Text>
      </TableCell>
      <TableCell>{version.steps}</TableCell>
      <TableCell>{version.running}</TableCell>
      <TableCell>
        <Flex direction="column" gap="extra-small">
          <Button size="xs" variant="secondary" onClick={onShow}>
            {shown ? `Hide version ${version.version}` : `View version ${version.version}`}
          </Button>
          {usable ? (
            <LoadingButton
              size="xs"
              variant="secondary"
              loading={restoring.busy}
              disabled={unsaved || restoring.busy}
              onClick={() => restoring.run(stored.revision)}
            >
              Make it the draft
            </LoadingButton>
          ) : null}
          {usable && others > 0 ? (
            <Button size="xs" variant="secondary" onClick={() => onMove(version.version)}>
              {`Move the ${others} others here`}
            </Button>
          ) : null}
          <ProblemNotice title="The draft was not changed" error={restoring.error} />
        </Flex>
      </TableCell>
    </TableRow>
  )
}
