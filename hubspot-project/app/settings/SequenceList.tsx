import {
  Button,
  EmptyState,
  Flex,
  LoadingSpinner,
  StatusTag,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import type { SequenceRow } from '@stagecue/shared/contract/sequence.ts'
import { SEQUENCE_STATUS } from '@stagecue/shared/vocabulary.ts'
import { useCallback } from 'react'
import { NewSequence } from './NewSequence.tsx'
import type { Opened, SequencesTabProps } from './SequencesTab.tsx'
import { SEQUENCE_COLORS } from './sequence-colors.ts'
import { LoadFailed, StaleNotice } from './shared-views.ts'

export interface SequenceListProps extends SequencesTabProps {
  onOpen: (opened: Opened) => void
}

export function SequenceList({ api, tools, mayConfigure, onOpen }: SequenceListProps) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.listSequences(), [api]))
  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading sequences" showLabel={true} layout="centered" />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The sequences could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const { sequences } = loaded.value
  return (
    <Flex direction="column" gap="medium">
      <StaleNotice stale={loaded.stale} />
      {mayConfigure ? (
        <NewSequence taken={sequences.map(({ name }) => name)} api={api} tools={tools} onOpen={onOpen} />
      ) : null}
      {sequences.length === 0 ? (
        <EmptyState title="No sequences yet" layout="vertical" imageWidth={120} imageName="emailConfirmation">
          <Text>A sequence is a row of e-mails with waits in between. Start from an example to see one.</Text>
        </EmptyState>
      ) : (
        <Table bordered={true} density="condensed">
          <TableHead>
            <TableRow>
              <TableHeader>Name</TableHeader>
              <TableHeader>Status</TableHeader>
              <TableHeader>Steps</TableHeader>
              <TableHeader>Running</TableHeader>
              <TableHeader>Changed</TableHeader>
              <TableHeader>Actions</TableHeader>
            </TableRow>
          </TableHead>
          <TableBody>
            {sequences.map((sequence) => (
              <SequenceLine
                key={sequence.id}
                sequence={sequence}
                changed={tools.formats.moment(sequence.updatedAt)}
                verb={mayConfigure ? 'Edit' : 'View'}
                onOpen={() => onOpen({ sequenceId: sequence.id, sequence: null })}
              />
            ))}
          </TableBody>
        </Table>
      )}
    </Flex>
  )
}

interface SequenceLineProps {
  sequence: SequenceRow
  changed: string
  verb: string
  onOpen: () => void
}

function SequenceLine({ sequence, changed, verb, onOpen }: SequenceLineProps) {
  const { name, status, version, stepCount, activeEnrollments, hasUnpublishedChanges } = sequence
  return (
    <TableRow>
      <TableCell>{name}</TableCell>
      <TableCell>
        <StatusTag variant={SEQUENCE_COLORS[status]}>{SEQUENCE_STATUS[status]}</StatusTag>
        <Text variant="microcopy">
          {version === null ? 'Never published' : `Version ${version}`}
          {version !== null && hasUnpublishedChanges ? ', unpublished changes' : ''}
        </Text>
      </TableCell>
      <TableCell>{stepCount}</TableCell>
      <TableCell>{activeEnrollments}</TableCell>
      <TableCell>{changed}</TableCell>
      <TableCell>
        <Button size="xs" variant="secondary" onClick={onOpen}>
          {verb}
        </Button>
      </TableCell>
    </TableRow>
  )
}
