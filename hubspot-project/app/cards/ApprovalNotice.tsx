import { Alert, Button, Flex, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import { type ApiError, useChange, useLoad } from '@stagecue/app-client'
import type { ResolveStep } from '@stagecue/shared/contract/enrollment.ts'
import type { ApproveMail, MailToApprove } from '@stagecue/shared/contract/mail-approval.ts'
import { useCallback, useState } from 'react'
import { ApprovalEditor } from './ApprovalEditor.tsx'
import type { CardApi, CardTools } from './card-tools.ts'
import { LoadFailed, ProblemNotice, StaleNotice } from './shared-views.ts'

export interface ApprovalNoticeProps {
  stepRunId: string
  contactName: string
  api: CardApi
  tools: CardTools
  onChanged: () => void
}

/** A mail that goes out only when a person has read it, filled in for its contact. */
export function ApprovalNotice(props: ApprovalNoticeProps) {
  const { stepRunId, api } = props
  const [loaded, { reload }] = useLoad(useCallback(() => api.readMailToApprove(stepRunId), [api, stepRunId]))
  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading the e-mail to approve" showLabel={true} />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The e-mail to approve could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const { value: mail, reloading, stale } = loaded
  return <Decision {...props} mail={mail} reloading={reloading} stale={stale} reload={reload} />
}

interface DecisionProps extends ApprovalNoticeProps {
  mail: MailToApprove
  /** It is being read again: what is on screen is not approved meanwhile. */
  reloading: boolean
  stale: ApiError | null
  reload: () => Promise<void>
}

function Decision(props: DecisionProps) {
  const { stepRunId, contactName, api, tools, onChanged, mail, reloading, stale, reload } = props
  const [editing, setEditing] = useState(false)
  const approving = useChange(
    (edit: ApproveMail['edit'] | null, idempotencyKey) =>
      api.approveMail(stepRunId, { seen: mail.seen, ...(edit ? { edit } : {}), idempotencyKey }),
    {
      makeKey: tools.makeKey,
      seen: mail.seen,
      onDoubt: onChanged,
      onDone: () => {
        tools.addAlert({
          type: 'success',
          message: `Approved: the e-mail to ${contactName} goes in its sending hours.`,
        })
        onChanged()
      },
    },
  )
  const skipping = useChange(
    (action: ResolveStep['action'], idempotencyKey) => api.resolveStep(stepRunId, { action, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      onDoubt: onChanged,
      onDone: () => {
        tools.addAlert({ type: 'success', message: 'The step is skipped.' })
        onChanged()
      },
    },
  )
  const busy = approving.busy || skipping.busy || reloading
  const error = approving.error ?? skipping.error
  // The refusal was about the mail as it read before.
  const readAgain = async () => {
    await reload()
    approving.clear()
    skipping.clear()
  }
  return (
    <Alert title={`Read this e-mail to ${contactName} before it goes`} variant="warning">
      <Flex direction="column" gap="extra-small">
        {editing ? (
          <ApprovalEditor
            stepRunId={stepRunId}
            mail={mail}
            busy={busy}
            error={approving.error}
            onApprove={approving.run}
            onClose={() => setEditing(false)}
          />
        ) : (
          <>
            <MailText mail={mail} />
            <Flex direction="row" gap="extra-small" wrap="wrap">
              <Button
                size="xs"
                variant="secondary"
                disabled={busy || mail.problem !== null}
                onClick={() => approving.run(null)}
              >
                Approve
              </Button>
              <Button size="xs" variant="secondary" disabled={busy} onClick={() => setEditing(true)}>
                Edit and approve
              </Button>
              <Button size="xs" variant="secondary" disabled={busy} onClick={() => skipping.run('skip')}>
                Skip
              </Button>
            </Flex>
          </>
        )}
        <ProblemNotice title="This did not work" error={error} />
        <StaleNotice stale={stale} />
        {(error === null && stale === null) || editing ? null : (
          <Button size="xs" variant="secondary" disabled={busy} onClick={readAgain}>
            Read it again
          </Button>
        )}
      </Flex>
    </Alert>
  )
}

function MailText({ mail }: { mail: MailToApprove }) {
  if (mail.problem !== null) return <Text>{mail.problem}</Text>
  return (
    <>
      <Text variant="microcopy">From {mail.from}</Text>
      <Text format={{ fontWeight: 'demibold' }}>{mail.subject}</Text>
      {mail.text.split(/\n{2,}/).map((paragraph, index) => (
        // A mail is read as a whole: its paragraphs never move.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <Text key={index}>{paragraph}</Text>
      ))}
    </>
  )
}
