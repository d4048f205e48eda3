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
import type { VariantLine } from '@stagecue/shared/contract/numbers.ts'
import { countAndShare } from './format-share.ts'

/** How the variants of e-mails did; nothing for a sequence without any. */
export function VariantTable({ variants }: { variants: readonly VariantLine[] }) {
  if (variants.length === 0) return null
  return (
    <Flex direction="column" gap="small">
      <Heading>Variants</Heading>
      <Table bordered={true} density="condensed">
        <TableHead>
          <TableRow>
            <TableHeader>E-mail</TableHeader>
            <TableHeader>Sent</TableHeader>
            <TableHeader>Delivered</TableHeader>
            <TableHeader>Replied</TableHeader>
            <TableHeader>Unsubscribed</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {variants.map((line) => (
            <TableRow key={`${line.stepId} ${line.variantId}`}>
              <TableCell>{line.label}</TableCell>
              <TableCell>{line.sent}</TableCell>
              <TableCell>{line.delivered}</TableCell>
              <TableCell>{countAndShare(line.replied, line.sent)}</TableCell>
              <TableCell>{countAndShare(line.unsubscribed, line.sent)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <Text variant="microcopy">Chance decides who gets which. With few e-mails a difference may be chance, too.</Text>
    </Flex>
  )
}
