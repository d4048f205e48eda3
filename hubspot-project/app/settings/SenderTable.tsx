import {
  Alert,
  Button,
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
import { useChange } from '@stagecue/app-client'
import type { SenderRow, Senders, SenderTest } from '@stagecue/shared/contract/sender.ts'
import { useState } from 'react'
import type { TabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'

export interface SenderTableProps extends TabProps {
  senders: readonly SenderRow[]
  /** Of the choice of the default. */
  defaultRevision: number
  onEdit: (sender: SenderRow) => void
  onChanged: () => void
  onTaken: (senders: Senders) => void
}

export function SenderTable(props: SenderTableProps) {
  const { senders, defaultRevision, api, tools, mayConfigure, onEdit, onChanged, onTaken } = props
  const [tested, setTested] = useState<SenderTest | null>(null)
  const choosing = useChange(
    ({ id, revision }: { id: string; revision: number }, idempotencyKey) =>
      api.chooseDefaultSender(id, { revision, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      onDoubt: onChanged,
      onDone: (answer) => {
        tools.addAlert({ type: 'success', message: 'The default sender is changed.' })
        onTaken(answer)
      },
    },
  )
  const testing = useChange((id: string, idempotencyKey) => api.testSender(id, { idempotencyKey }), {
    makeKey: tools.makeKey,
    seen: senders,
    onDoubt: onChanged,
    onDone: (answer) => {
      setTested(answer)
      onChanged()
    },
  })
  const busy = choosing.busy || testing.busy
  return (
    <Flex direction="column" gap="small">
      {tested === null ? null : <TestNotice tested={tested} />}
      <ProblemNotice title="This did not work" error={choosing.error ?? testing.error} />
      <Table bordered={true} density="condensed">
        <TableHead>
          <TableRow>
            <TableHeader>From</TableHeader>
            <TableHeader>State</TableHeader>
            <TableHeader>Mail server</TableHeader>
            <TableHeader>E-mails today</TableHeader>
            {mayConfigure ? <TableHeader> </TableHeader> : null}
          </TableRow>
        </TableHead>
        <TableBody>
          {senders.map((sender) => (
            <TableRow key={sender.id}>
              <TableCell>
                <Text>{`${sender.fromName} <${sender.address}>`}</Text>
                {sender.problem === null ? null : <Text variant="microcopy">{sender.problem}</Text>}
                {sender.mailboxProblem === null ? null : (
                  <Text variant="microcopy">{`Its mailbox could not be read: ${sender.mailboxProblem}`}</Text>
                )}
                {sender.mailboxPassedOver === null ? null : (
                  <Text variant="microcopy">
                    {describePassedOver(sender.mailboxPassedOver, tools.formats.momentAndDistance)}
                  </Text>
                )}
              </TableCell>
              <TableCell>
                <SenderState sender={sender} />
              </TableCell>
              <TableCell>
                <Text>{sender.server?.host ?? 'Stagecue’s'}</Text>
                {sender.server === null ? null : <Text variant="microcopy">{describeBounces(sender)}</Text>}
              </TableCell>
              <TableCell>{describeCap(sender)}</TableCell>
              {mayConfigure ? (
                <TableCell>
                  <Flex direction="row" gap="extra-small" wrap="wrap">
                    <Button size="xs" variant="secondary" disabled={busy} onClick={() => onEdit(sender)}>
                      Change
                    </Button>
                    <Button size="xs" variant="secondary" disabled={busy} onClick={() => testing.run(sender.id)}>
                      Send a test mail to myself
                    </Button>
                    {sender.isDefault || !sender.active ? null : (
                      <Button
                        size="xs"
                        variant="secondary"
                        disabled={busy}
                        onClick={() => choosing.run({ id: sender.id, revision: defaultRevision })}
                      >
                        Make default
                      </Button>
                    )}
                  </Flex>
                </TableCell>
              ) : null}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Flex>
  )
}

function TestNotice({ tested: { sent, message } }: { tested: SenderTest }) {
  if (sent === null) {
    return (
      <Alert title="It is not known whether the test mail was sent" variant="warning">
        {message}
      </Alert>
    )
  }
  const title = sent ? 'The test mail was sent' : 'The test mail was not sent'
  return (
    <Alert title={title} variant={sent ? 'success' : 'danger'}>
      {message}
    </Alert>
  )
}

function SenderState({ sender: { active, isDefault, problem } }: { sender: SenderRow }) {
  const word = active ? (problem === null ? 'On' : 'Cannot send') : 'Off'
  const variant = active ? (problem === null ? 'success' : 'danger') : 'default'
  return <StatusTag variant={variant}>{isDefault ? `${word}, default` : word}</StatusTag>
}

function describePassedOver(
  { count, at, why }: NonNullable<SenderRow['mailboxPassedOver']>,
  momentAndDistance: (moment: string) => string,
): string {
  const what = count === 1 ? 'A mail in its mailbox was' : `${count} mails in its mailbox were`
  return `${what} passed over, the last ${momentAndDistance(at)}: ${why}. Look there whether it is an answer.`
}

function describeBounces({ address, replyTo, mailbox, readsBounces }: SenderRow): string {
  if (readsBounces) return `Bounces come back to ${address} and are read there.`
  const why =
    mailbox === null ? 'nobody reads its mailbox for Stagecue' : `the mailbox that is read is that of ${replyTo}`
  return `Bounces come back to Stagecue, because ${why}. SPF speaks for Stagecue’s domain then, not for that of the address, and some mail servers refuse such e-mails.`
}

function describeCap({ capToday, dailyCap }: SenderRow): string {
  if (capToday === null) return 'No cap'
  return capToday < dailyCap ? `At most ${capToday}, rising to ${dailyCap}` : `At most ${capToday}`
}
