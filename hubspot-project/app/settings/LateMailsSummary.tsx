import { Flex, Table, TableBody, TableCell, TableHead, TableHeader, TableRow, Text } from '@hubspot/ui-extensions'
import { uniqueKeys } from '@stagecue/app-client'
import type { LateMails } from '@stagecue/shared/contract/limits.ts'

/** What “all” is, where the list below is only its oldest part: how many of which sequence, and how late. */
export function LateMailsSummary({ late }: { late: LateMails }) {
  const { count, groups, mails } = late
  if (count <= mails.length) return null
  const keys = uniqueKeys(groups.map(({ sequenceName }) => sequenceName))
  const maybeSent = groups.reduce((sum, group) => sum + group.maybeSent, 0)
  return (
    <Flex direction="column" gap="extra-small">
      <Table bordered={true} density="condensed">
        <TableHead>
          <TableRow>
            <TableHeader>Sequence</TableHeader>
            <TableHeader>E-mails</TableHeader>
            <TableHeader>Under 2 days late</TableHeader>
            <TableHeader>2 to 7 days late</TableHeader>
            <TableHeader>Over 7 days late</TableHeader>
            {maybeSent > 0 ? <TableHeader>Perhaps sent already</TableHeader> : null}
          </TableRow>
        </TableHead>
        <TableBody>
          {groups.map((group, place) => (
            <TableRow key={keys[place]}>
              <TableCell>{group.sequenceName}</TableCell>
              <TableCell>{group.count}</TableCell>
              <TableCell>{group.underTwoDays}</TableCell>
              <TableCell>{group.underAWeek}</TableCell>
              <TableCell>{group.older}</TableCell>
              {maybeSent > 0 ? <TableCell>{group.maybeSent}</TableCell> : null}
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <Text variant="microcopy">
        {`“All” is these ${count}; what becomes late after this page was loaded keeps waiting. The oldest ${mails.length} are listed below.`}
      </Text>
    </Flex>
  )
}
