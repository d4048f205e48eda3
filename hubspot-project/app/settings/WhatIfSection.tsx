import { Flex, Heading, LoadingButton, Select, Text } from '@hubspot/ui-extensions'
import { useChange, useLoad, usePolling } from '@stagecue/app-client'
import type { Pipelines } from '@stagecue/shared/contract/pipeline.ts'
import type { Sequence } from '@stagecue/shared/contract/sequence.ts'
import type { WhatIf, WhatIfStage } from '@stagecue/shared/contract/what-if.ts'
import { useCallback, useState } from 'react'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed, ProblemNotice, StaleNotice } from './shared-views.ts'
import { WhatIfReportView } from './WhatIfReportView.tsx'

export interface WhatIfSectionProps extends TabProps {
  sequence: Sequence
  unsaved: boolean
}

const ASK_AGAIN_MS = 2_000
const AS_MAPPED = ''

/** Asks what the saved draft would have done in the last 90 days, and shows the last answer. */
export function WhatIfSection(props: WhatIfSectionProps) {
  const { sequence, api, tools } = props
  // biome-ignore lint/correctness/useExhaustiveDependencies: a saved draft makes the answer one about an older draft.
  const load = useCallback(() => api.readWhatIf(sequence.id), [api, sequence.id, sequence.revision])
  const [loaded, { reload, refresh }] = useLoad(load)
  const askedAt = loaded.kind === 'ready' ? loaded.value.askedAt : null
  const underWay = loaded.kind === 'ready' && isUnderWay(loaded.value)
  usePolling(refresh, underWay ? ASK_AGAIN_MS : null, tools.timers)
  return (
    <Flex direction="column" gap="small">
      <Heading>What if: the last 90 days</Heading>
      <Text variant="microcopy">
        Plays this account’s stage changes of the last 90 days through the saved draft, with its calendar, your limits
        and everything that stops a sequence. Nothing is sent and nothing is changed.
      </Text>
      <AskForm {...props} askedAt={askedAt} underWay={underWay} onAsked={reload} />
      {loaded.kind === 'failed' ? (
        <LoadFailed
          title="The last answer could not be loaded"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
      ) : null}
      {loaded.kind === 'ready' ? (
        <>
          <StaleNotice stale={loaded.stale} />
          <LastAnswer {...props} whatIf={loaded.value} />
        </>
      ) : null}
    </Flex>
  )
}

function isUnderWay({ state }: WhatIf): boolean {
  return state === 'waiting' || state === 'reading'
}

interface AskFormProps extends WhatIfSectionProps {
  /** The last question. */
  askedAt: string | null
  underWay: boolean
  onAsked: () => void
}

function AskForm({ sequence, unsaved, api, tools, askedAt, underWay, onAsked }: AskFormProps) {
  const [stage, setStage] = useState(AS_MAPPED)
  const [pipelines, { reload }] = useLoad(useCallback(() => api.listPipelines(), [api]))
  const asking = useChange(
    (chosen: WhatIfStage | null, idempotencyKey) =>
      api.askWhatIf(sequence.id, {
        startedBy: chosen ? { kind: 'stage', ...chosen } : { kind: 'mappings' },
        idempotencyKey,
      }),
    { makeKey: tools.makeKey, seen: [sequence.revision, askedAt], onDoubt: onAsked, onDone: onAsked },
  )
  const stages = pipelines.kind === 'ready' ? stagesOf(pipelines.value) : []
  return (
    <Flex direction="column" gap="extra-small">
      <Select
        label="Started by"
        name="what-if-stage"
        value={stage}
        options={[
          { label: 'The stages that are mapped to it', value: AS_MAPPED },
          ...stages.map(({ label }, index) => ({ label, value: String(index) })),
        ]}
        onChange={(value) => setStage(String(value ?? AS_MAPPED))}
      />
      {pipelines.kind === 'failed' ? (
        <LoadFailed
          title="The stages could not be loaded"
          error={pipelines.error}
          reloading={pipelines.reloading}
          onTryAgain={reload}
        />
      ) : null}
      <Flex direction="row">
        <LoadingButton
          size="sm"
          variant="secondary"
          loading={asking.busy || underWay}
          disabled={unsaved || asking.busy || underWay}
          onClick={() => asking.run(stage === AS_MAPPED ? null : (stages[Number(stage)]?.stage ?? null))}
        >
          Ask what would have happened
        </LoadingButton>
      </Flex>
      {unsaved ? <Text variant="microcopy">Save the draft first: the saved one is asked about.</Text> : null}
      <ProblemNotice title="This could not be asked" error={asking.error} />
    </Flex>
  )
}

function stagesOf({ pipelines }: Pipelines) {
  return pipelines.flatMap(({ pipelineId, label: pipeline, stages }) =>
    stages.map(({ stageId, label }) => ({ label: `${pipeline}: ${label}`, stage: { pipelineId, stageId } })),
  )
}

function LastAnswer({ whatIf, tools }: WhatIfSectionProps & { whatIf: WhatIf }) {
  const { state, askedAt, outdated, read, of, problem, report } = whatIf
  if (state === 'never') return null
  if (state === 'waiting') return <Text>The question waits for its turn.</Text>
  if (state === 'reading') return <Text>{`Reading the history from HubSpot: ${read} of ${of} deals.`}</Text>
  if (state === 'failed' || report === null) return <Text>{`There is no answer: ${problem ?? 'ask again.'}`}</Text>
  return (
    <Flex direction="column" gap="small">
      <Text variant="microcopy">
        {`Asked ${askedAt === null ? 'before' : tools.formats.moment(askedAt)}.${outdated ? ' The draft was saved since: ask again.' : ''}`}
      </Text>
      <WhatIfReportView report={report} formats={tools.formats} />
    </Flex>
  )
}
