import {
  DescriptionList,
  DescriptionListItem,
  Flex,
  Heading,
  LoadingSpinner,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions'
import { type Formats, useLoad } from '@stagecue/app-client'
import type { HoldOut, SequenceLine, SequenceNumbers, StepLine } from '@stagecue/shared/contract/numbers.ts'
import { useCallback } from 'react'
import { clickedText, countAndShare, openedText, percent } from './format-share.ts'
import type { Days } from './NumbersTab.tsx'
import type { SettingsApi } from './settings-tools.ts'
import { LoadFailed, StaleNotice } from './shared-views.ts'
import { VariantTable } from './VariantTable.tsx'

export interface SequenceNumbersViewProps {
  api: SettingsApi
  days: Days
  sequenceId: string
  formats: Formats
}

/** One sequence: its e-mails, why it stopped, and what it changes. */
export function SequenceNumbersView({ api, days, sequenceId, formats }: SequenceNumbersViewProps) {
  const [loaded, { reload }] = useLoad(
    useCallback(() => api.readSequenceNumbers(sequenceId, { days }), [api, sequenceId, days]),
  )
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
  const { sequence, steps, variants, stopReasons, holdOut, from, advanceDays } = loaded.value
  return (
    <Flex direction="column" gap="medium">
      <StaleNotice stale={loaded.stale} />
      <Flex direction="column" gap="small">
        <Heading>{sequence.name}</Heading>
        <Text>{`Contacts enrolled since ${formats.moment(from)}, and what became of them until now.`}</Text>
        <DescriptionList direction="row">
          {numbersOf(sequence).map(([label, value]) => (
            <DescriptionListItem key={label} label={label}>
              {value}
            </DescriptionListItem>
          ))}
        </DescriptionList>
      </Flex>
      <StepTable steps={steps} />
      <VariantTable variants={variants} />
      <StopReasons reasons={stopReasons} />
      <HoldOutSection holdOut={holdOut} days={advanceDays} />
    </Flex>
  )
}

function numbersOf(line: SequenceLine): [label: string, value: string][] {
  return [
    ['Enrolled', String(line.enrolled)],
    ['Still running', String(line.running)],
    ['Completed', String(line.completed)],
    ['Stopped', String(line.stopped)],
    ['E-mails due', String(line.due)],
    ['E-mails sent', String(line.sent)],
    ['E-mails delivered', countAndShare(line.delivered, line.sent)],
    ['Bounced', countAndShare(line.bounced, line.enrolled)],
    ['Replied', countAndShare(line.replied, line.enrolled)],
    ['Clicked', clickedText(line.clicked, line.enrolled)],
    ['Opened (unreliable)', openedText(line.opened)],
    ['Unsubscribed', countAndShare(line.unsubscribed, line.enrolled)],
  ]
}

function StepTable({ steps }: { steps: readonly StepLine[] }) {
  const clicks = steps.some((step) => step.clicked !== null)
  const opens = steps.some((step) => step.opened !== null)
  return (
    <Flex direction="column" gap="small">
      <Heading>E-mails</Heading>
      {steps.length === 0 ? (
        <Text>No e-mail of this sequence came up in this period.</Text>
      ) : (
        <Table bordered={true} density="condensed">
          <TableHead>
            <TableRow>
              <TableHeader>E-mail</TableHeader>
              <TableHeader>Due</TableHeader>
              <TableHeader>Sent</TableHeader>
              <TableHeader>Delivered</TableHeader>
              <TableHeader>Replied</TableHeader>
              {clicks ? <TableHeader>Clicked</TableHeader> : null}
              {opens ? <TableHeader>Opened (unreliable)</TableHeader> : null}
              <TableHeader>Bounced</TableHeader>
              <TableHeader>Unsubscribed</TableHeader>
              <TableHeader>Stopped after it</TableHeader>
            </TableRow>
          </TableHead>
          <TableBody>
            {steps.map((step) => (
              <TableRow key={step.stepId}>
                <TableCell>{step.label}</TableCell>
                <TableCell>{step.due}</TableCell>
                <TableCell>{step.sent}</TableCell>
                <TableCell>{step.delivered}</TableCell>
                <TableCell>{countAndShare(step.replied, step.sent)}</TableCell>
                {clicks ? <TableCell>{clickedText(step.clicked, step.sent)}</TableCell> : null}
                {opens ? <TableCell>{openedText(step.opened)}</TableCell> : null}
                <TableCell>{step.bounced}</TableCell>
                <TableCell>{countAndShare(step.unsubscribed, step.sent)}</TableCell>
                <TableCell>{stopsText(step.stopReasons)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      <Text variant="microcopy">A reply, a bounce or an unsubscribe counts for the last e-mail before it.</Text>
      {opens ? (
        <Text variant="microcopy">
          Opens are a hint at best: Apple’s and Gmail’s proxies load pictures for people who read nothing, and other
          programs load none for people who do. No step depends on them.
        </Text>
      ) : null}
    </Flex>
  )
}

/** "The contact replied: 20, The deal left the stage: 6". */
function stopsText(reasons: StepLine['stopReasons']): string {
  return reasons.map(({ label, count }) => `${label}: ${count}`).join(', ') || 'None'
}

function StopReasons({ reasons }: { reasons: SequenceNumbers['stopReasons'] }) {
  return (
    <Flex direction="column" gap="small">
      <Heading>Why it stopped</Heading>
      {reasons.length === 0 ? (
        <Text>It stopped for nobody before its end.</Text>
      ) : (
        <DescriptionList direction="row">
          {reasons.map(({ reason, label, count }) => (
            <DescriptionListItem key={reason} label={label}>
              {String(count)}
            </DescriptionListItem>
          ))}
        </DescriptionList>
      )}
    </Flex>
  )
}

function HoldOutSection({ holdOut, days }: { holdOut: HoldOut | null; days: number }) {
  if (holdOut === null) return null
  const { enrolled, heldOut, sentence } = holdOut
  const line = ({ deals, advanced }: HoldOut['enrolled']) =>
    deals === 0 ? 'None yet' : `${advanced} of ${deals} (${percent(advanced / deals)})`
  return (
    <Flex direction="column" gap="small">
      <Heading>What the sequence changes</Heading>
      <Text>{sentence}</Text>
      <DescriptionList direction="row">
        <DescriptionListItem label={`Enrolled deals, forward in ${days} days`}>{line(enrolled)}</DescriptionListItem>
        <DescriptionListItem label={`Deals that got no mails, forward in ${days} days`}>
          {line(heldOut)}
        </DescriptionListItem>
      </DescriptionList>
    </Flex>
  )
}
