import { Alert, Button, Flex, Text } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { AnswerApproval, ApprovalRow } from '@stagecue/shared/contract/approval.ts'
import type { TabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'

export interface ApprovalsProps extends TabProps {
  approvals: readonly ApprovalRow[]
  onAnswered: () => void
}

/** The large changes that wait for an admin, oldest first; nothing when none does. */
export function Approvals({ approvals, ...rest }: ApprovalsProps) {
  return (
    <>
      {approvals.map((approval) => (
        <Approval key={approval.id} approval={approval} {...rest} />
      ))}
    </>
  )
}

function Approval({
  approval,
  api,
  tools,
  mayConfigure,
  onAnswered,
}: Omit<ApprovalsProps, 'approvals'> & { approval: ApprovalRow }) {
  const { id, deals, contacts, stageLabel, by } = approval
  const answering = useChange(
    (action: AnswerApproval['action'], idempotencyKey) => api.answerApproval(id, { action, deals, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      seen: approval,
      onDoubt: onAnswered,
      onDone: (_, action) => {
        const message =
          action === 'approve'
            ? 'Approved. Each deal is looked at again before anybody is enrolled.'
            : 'Refused. Nobody is enrolled by this change.'
        tools.addAlert({ type: 'success', message })
        onAnswered()
      },
    },
  )
  const last = tools.formats.momentAndDistance(approval.lastEnteredAt)
  return (
    <Alert title={`A large change waits for you: ${count(deals, 'deal')} in ${stageLabel}`} variant="warning">
      <Flex direction="column" gap="small">
        <Text>{`Moved by ${by}, the last ${last}, with ${count(contacts, 'contact')}. Nobody is enrolled before an admin approves.`}</Text>
        {mayConfigure ? (
          <Flex direction="row" gap="small" wrap="wrap">
            <Button size="xs" variant="secondary" disabled={answering.busy} onClick={() => answering.run('approve')}>
              {`Approve ${count(deals, 'deal')}`}
            </Button>
            <Button size="xs" variant="secondary" disabled={answering.busy} onClick={() => answering.run('refuse')}>
              Refuse
            </Button>
          </Flex>
        ) : null}
        <ProblemNotice title="Your answer was not saved" error={answering.error} />
      </Flex>
    </Alert>
  )
}

function count(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? '' : 's'}`
}
