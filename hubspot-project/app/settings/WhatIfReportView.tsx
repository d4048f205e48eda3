import {
  Accordion,
  Flex,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions'
import type { Formats } from '@stagecue/app-client'
import type { WhatIfReport } from '@stagecue/shared/contract/what-if.ts'

export interface WhatIfReportViewProps {
  report: WhatIfReport
  formats: Formats
}

/** What a draft would have done: the sums first, then who would have got what when, and what met or waited. */
export function WhatIfReportView({ report, formats }: WhatIfReportViewProps) {
  const { mails, mailList, collisions, collisionList, held, holdList } = report
  return (
    <Flex direction="column" gap="small">
      {summaryOf(report).map((sentence) => (
        <Text key={sentence}>{sentence}</Text>
      ))}
      <Lines
        title={`E-mails a day (${report.days.length} days)`}
        heads={['Day', 'E-mails', 'Busiest hour']}
        rows={report.days.map((day) => [day.day, `${day.mails}`, `${day.busiestHour} (${day.busiestMails})`])}
      />
      <Lines
        title={`Who would have got what${shown(mailList.length, mails)}`}
        heads={['Sent', 'Contact', 'Deal', 'Step', 'From', 'Why then']}
        rows={mailList.map((line) => [
          formats.moment(line.at),
          nameOf(line),
          dealOf(line),
          `${line.step}`,
          line.sender,
          line.why,
        ])}
      />
      <Lines
        title={`What would have met or waited${shown(collisionList.length, collisions)}`}
        heads={['When', 'Contact', 'Deal', 'What']}
        rows={collisionList.map((line) => [formats.moment(line.at), nameOf(line), dealOf(line), line.sentence])}
      />
      <Lines
        title={`What would have waited for a person${shown(holdList.length, held)}`}
        heads={['When', 'Contact', 'Deal', 'Step', 'Why']}
        rows={holdList.map((line) => [formats.moment(line.at), nameOf(line), dealOf(line), `${line.step}`, line.why])}
      />
      <Lines
        title="Why contacts were not enrolled"
        heads={['Reason', 'Times']}
        rows={report.notEnrolled.map(({ sentence, count }) => [sentence, `${count}`])}
      />
      <Lines
        title="What would have stopped it"
        heads={['Reason', 'Contacts']}
        rows={report.stops.map(({ sentence, count }) => [sentence, `${count}`])}
      />
      <Text variant="microcopy">
        The contacts of a deal are those it has today, with today’s values. Answers count as they came in, once a mail
        of the draft would have been there to answer.
      </Text>
    </Flex>
  )
}

function summaryOf(report: WhatIfReport): string[] {
  const { deals, enrolled, mails, completed, stopped, running, held, collisions, dealsRead, dealsFound } = report
  return [
    `${count(deals, 'deal', 'deals')} entered, ${count(enrolled, 'contact', 'contacts')} would have been enrolled and ${count(mails, 'e-mail', 'e-mails')} sent.`,
    `${completed} would have got to the end, ${stopped} would have been stopped, ${running} would be under way; ${count(held, 'step', 'steps')} would have waited for a person.`,
    ...(collisions > 0
      ? [`${count(collisions, 'time', 'times')} something would have met or waited for a limit.`]
      : []),
    ...(dealsRead < dealsFound
      ? [`Only the ${dealsRead} deals that changed last were looked at, of ${dealsFound}.`]
      : []),
  ]
}

function count(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`
}

function shown(lines: number, all: number): string {
  return lines < all ? `, the first ${lines} of ${all}` : ` (${all})`
}

interface Who {
  dealId: string
  dealName: string | null
  contactId: string
  contactName: string | null
}

const nameOf = ({ contactName, contactId }: Who) => contactName ?? `Contact ${contactId}`
const dealOf = ({ dealName, dealId }: Who) => dealName ?? `Deal ${dealId}`

function Lines({ title, heads, rows }: { title: string; heads: string[]; rows: string[][] }) {
  if (rows.length === 0) return null
  return (
    <Accordion title={title} size="sm">
      <Table bordered={true} density="condensed">
        <TableHead>
          <TableRow>
            {heads.map((head) => (
              <TableHeader key={head}>{head}</TableHeader>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((cells, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a report never changes its order.
            <TableRow key={row}>
              {cells.map((cell, column) => (
                <TableCell key={heads[column]}>{cell}</TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Accordion>
  )
}
