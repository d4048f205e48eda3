/** @jsxRuntime classic */
import type { DecisionRow } from '@stagecue/shared/contract/enrollment.ts'
import type { DECISION_OUTCOME } from '@stagecue/shared/vocabulary.ts'
// biome-ignore lint/correctness/noUnusedImports: what this file's JSX is compiled to.
import React from 'react'
import type { Formats } from './format-moment.ts'
import type { Sdk } from './sdk.ts'
import { uniqueKeys } from './unique-keys.ts'

const COLORS = {
  enrolled: 'success',
  not_enrolled: 'default',
  parked: 'warning',
  awaiting_approval: 'warning',
} as const

export interface DecisionListProps {
  decisions: readonly DecisionRow[]
  formats: Formats
}

/** Why contacts were or were not enrolled: each decision as a sentence, with its conditions to open. */
export function createDecisionList(sdk: Sdk, outcomes: typeof DECISION_OUTCOME) {
  const { Accordion, Flex, StatusTag, Text } = sdk
  const Trace = createTrace(sdk)
  return function DecisionList({ decisions, formats }: DecisionListProps) {
    const keys = uniqueKeys(decisions.map(({ at, sentence }) => `${at} ${sentence}`))
    return (
      <Flex direction="column" gap="small">
        {decisions.map((decision, place) => (
          <Flex key={keys[place]} direction="column" gap="extra-small">
            <StatusTag variant={COLORS[decision.outcome]}>{outcomes[decision.outcome]}</StatusTag>
            <Text>{decision.sentence}</Text>
            {decision.nearestChange === undefined ? null : <Text variant="microcopy">{decision.nearestChange}</Text>}
            <Text variant="microcopy">{formats.moment(decision.at)}</Text>
            {decision.trace.length === 0 ? null : (
              <Accordion title={`Conditions checked (${decision.trace.length})`} size="xs">
                <Trace decision={decision} />
              </Accordion>
            )}
          </Flex>
        ))}
      </Flex>
    )
  }
}

function createTrace({ Table, TableBody, TableCell, TableHead, TableHeader, TableRow }: Sdk) {
  return function Trace({ decision }: { decision: DecisionRow }) {
    return (
      <Table density="compact" flush={true}>
        <TableHead>
          <TableRow>
            <TableHeader>Condition</TableHeader>
            <TableHeader>Expected</TableHeader>
            <TableHeader>Found</TableHeader>
            <TableHeader>Result</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {decision.trace.map((line) => (
            <TableRow key={`${line.condition} ${line.expected}`}>
              <TableCell>{line.condition}</TableCell>
              <TableCell>{line.expected}</TableCell>
              <TableCell>{line.actual}</TableCell>
              <TableCell>{line.passed ? '✓ met' : '✗ not met'}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    )
  }
}
