import { Flex, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import type { DealCard } from '@stagecue/shared/contract/enrollment.ts'

/** The deal's stage and what entering it starts. */
export function DealSummary({ deal }: { deal: DealCard }) {
  const { stageLabel, pipelineLabel, stageStarts } = deal.deal
  return (
    <Flex direction="column" gap="extra-small">
      <Text>
        <Text inline={true} format={{ fontWeight: 'demibold' }}>
          {stageLabel}
        </Text>{' '}
        in {pipelineLabel}
      </Text>
      <Text>{stageStarts ?? 'No sequence is mapped to this stage, so entering it starts nothing.'}</Text>
      {deal.working ? (
        <LoadingSpinner label="Working on the latest change" showLabel={true} size="xs" layout="inline" />
      ) : null}
    </Flex>
  )
}
