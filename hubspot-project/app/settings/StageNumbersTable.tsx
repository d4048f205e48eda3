import {
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
import type { StageLine } from '@stagecue/shared/contract/numbers.ts'
import { countAndShare, hoursInWords } from './format-share.ts'

export interface StageNumbersTableProps {
  stages: readonly StageLine[]
  advanceDays: number
}

/** One line per stage: deals with and without a sequence, how long they stay, and how many move forward. */
export function StageNumbersTable({ stages, advanceDays }: StageNumbersTableProps) {
  return (
    <Flex direction="column" gap="small">
      <Heading>Stages</Heading>
      {stages.length === 0 ? (
        <Text>No deal entered an open stage in this period.</Text>
      ) : (
        <Table bordered={true} density="condensed">
          <TableHead>
            <TableRow>
              <TableHeader>Stage</TableHeader>
              <TableHeader>Deals with a sequence</TableHeader>
              <TableHeader>Deals without</TableHeader>
              <TableHeader>Usual time in stage</TableHeader>
              <TableHeader>{`With: forward in ${advanceDays} days`}</TableHeader>
              <TableHeader>{`Without: forward in ${advanceDays} days`}</TableHeader>
            </TableRow>
          </TableHead>
          <TableBody>
            {stages.map((line) => (
              <TableRow key={`${line.pipelineId} ${line.stageId}`}>
                <TableCell>{`${line.pipelineLabel}: ${line.stageLabel}`}</TableCell>
                <TableCell>{line.enrolledDeals}</TableCell>
                <TableCell>{line.otherDeals}</TableCell>
                <TableCell>{hoursInWords(line.hoursInStage)}</TableCell>
                <TableCell>{forward(line.enrolled)}</TableCell>
                <TableCell>{forward(line.others)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      <Text variant="microcopy">
        {`“Forward” counts deals that entered at least ${advanceDays} days ago and then reached a later stage; losing a deal is not one. The two groups may differ in other ways too, so this alone does not show what a sequence brings.`}
      </Text>
    </Flex>
  )
}

function forward({ deals, advanced }: StageLine['enrolled']): string {
  return deals === 0 ? 'Not enough data yet' : `${countAndShare(advanced, deals)} of ${deals}`
}
