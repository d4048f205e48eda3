import {
  Button,
  Flex,
  Heading,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions'
import type { SequenceLine } from '@stagecue/shared/contract/numbers.ts'
import { clickedText, countAndShare } from './format-share.ts'

export interface SequenceNumbersTableProps {
  sequences: readonly SequenceLine[]
  onOpen: (sequenceId: string) => void
}

/** One line per sequence: the contacts enrolled in the period and what became of them until now. */
export function SequenceNumbersTable({ sequences, onOpen }: SequenceNumbersTableProps) {
  const clicked = sequences.some((line) => line.clicked !== null)
  return (
    <Flex direction="column" gap="small">
      <Heading>Sequences</Heading>
      {sequences.length === 0 ? (
        <Text>Nobody was enrolled in this period.</Text>
      ) : (
        <Table bordered={true} density="condensed">
          <TableHead>
            <TableRow>
              <TableHeader>Sequence</TableHeader>
              <TableHeader>Contacts enrolled</TableHeader>
              <TableHeader>Still running</TableHeader>
              <TableHeader>E-mails sent</TableHeader>
              <TableHeader>Replied</TableHeader>
              {clicked ? <TableHeader>Clicked</TableHeader> : null}
              <TableHeader>Bounced</TableHeader>
              <TableHeader>Unsubscribed</TableHeader>
              <TableHeader>Details</TableHeader>
            </TableRow>
          </TableHead>
          <TableBody>
            {sequences.map((line) => (
              <TableRow key={line.sequenceId}>
                <TableCell>{line.name}</TableCell>
                <TableCell>{line.enrolled}</TableCell>
                <TableCell>{line.running}</TableCell>
                <TableCell>{line.sent}</TableCell>
                <TableCell>{countAndShare(line.replied, line.enrolled)}</TableCell>
                {clicked ? <TableCell>{clickedText(line.clicked, line.enrolled)}</TableCell> : null}
                <TableCell>{countAndShare(line.bounced, line.enrolled)}</TableCell>
                <TableCell>{countAndShare(line.unsubscribed, line.enrolled)}</TableCell>
                <TableCell>
                  <Button size="xs" variant="secondary" onClick={() => onOpen(line.sequenceId)}>
                    Open
                  </Button>
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      <Text variant="microcopy">
        Percentages are of the contacts enrolled. Clicks are counted only where a sequence tracks them.
      </Text>
    </Flex>
  )
}
