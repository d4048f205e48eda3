import { Button, EmptyState, Flex, LoadingSpinner, Select, Text } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import type { NumbersQuery } from '@stagecue/shared/contract/numbers.ts'
import { useCallback, useState } from 'react'
import { SequenceNumbersTable } from './SequenceNumbersTable.tsx'
import { SequenceNumbersView } from './SequenceNumbersView.tsx'
import { StageNumbersTable } from './StageNumbersTable.tsx'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed, StaleNotice } from './shared-views.ts'

export type Days = NonNullable<NumbersQuery['days']>

const PERIODS: Record<Days, string> = {
  '7': 'Last 7 days',
  '30': 'Last 30 days',
  '90': 'Last 90 days',
  '365': 'Last 12 months',
}

/** What the sequences bring, for one period. */
export function NumbersTab({ api, tools }: TabProps) {
  const [days, setDays] = useState<Days>('30')
  const [sequenceId, setSequenceId] = useState<string | null>(null)
  const choose = (value: unknown) => setDays(isDays(value) ? value : '30')
  return (
    <Flex direction="column" gap="medium">
      <Flex direction="row" gap="small" align="end" wrap="wrap">
        <Select
          label="Contacts enrolled and deals moved in the"
          name="period"
          value={days}
          options={Object.entries(PERIODS).map(([value, label]) => ({ value, label }))}
          onChange={choose}
        />
        {sequenceId === null ? null : (
          <Button size="sm" variant="secondary" onClick={() => setSequenceId(null)}>
            Back to all sequences
          </Button>
        )}
      </Flex>
      {sequenceId === null ? (
        <AllNumbers api={api} days={days} onOpen={setSequenceId} />
      ) : (
        <SequenceNumbersView api={api} days={days} sequenceId={sequenceId} formats={tools.formats} />
      )}
    </Flex>
  )
}

interface AllNumbersProps {
  api: TabProps['api']
  days: Days
  onOpen: (sequenceId: string) => void
}

function AllNumbers({ api, days, onOpen }: AllNumbersProps) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.readNumbers({ days }), [api, days]))
  if (loaded.kind === 'loading') return <LoadingSpinner label="Counting" showLabel={true} layout="centered" />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The numbers could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const { sequences, stages, advanceDays } = loaded.value
  return (
    <Flex direction="column" gap="medium">
      <StaleNotice stale={loaded.stale} />
      {sequences.length === 0 && stages.length === 0 ? (
        <EmptyState title="Nothing to count yet" layout="vertical" imageWidth={120}>
          <Text>
            Nobody was enrolled and no deal changed its stage in this period. Choose a longer one, or map a stage to a
            sequence.
          </Text>
        </EmptyState>
      ) : (
        <>
          <SequenceNumbersTable sequences={sequences} onOpen={onOpen} />
          <StageNumbersTable stages={stages} advanceDays={advanceDays} />
        </>
      )}
    </Flex>
  )
}

function isDays(value: unknown): value is Days {
  return typeof value === 'string' && value in PERIODS
}
