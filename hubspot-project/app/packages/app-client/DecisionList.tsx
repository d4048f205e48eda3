import {
  Accordion,
  Flex,
  StatusTag,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions'
import type { DecisionRow } from '@stagecue/shared/contract/enrollment.ts'
import { DECISION_OUTCOME } from '@stagecue/shared/vocabulary.ts'
import type { Formats } from './format-moment.ts'

const COLORS = { enrolled: 'success', not_enrolled: 'default', parked: 'warning' } as const

/** Why contacts were or were not enrolled: each decision as a sentence, with its conditions to open. */
export function DecisionList({ decisions, formats }: { decisions: readonly DecisionRow[]; formats: Formats }) {
  return (
    <Flex direction="column" gap="small">
      {decisions.map((decision) => (
        <Flex key={`${decision.at} ${decision.sentence}`} direction="column" gap="extra-small">
          <StatusTag variant={COLORS[decision.outcome]}>{DECISION_OUTCOME[decision.outcome]}</StatusTag>
          <Text>{decision.sentence}</Text>
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

function Trace({ decision }: { decision: DecisionRow }) {
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
          <TableRow key={line.condition}>
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
