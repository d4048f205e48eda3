import { Alert, Button, Flex, Text } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { EnrollmentRow, ResolveStep } from '@stagecue/shared/contract/enrollment.ts'
import type { CardApi, CardTools } from './card-tools.ts'
import { ConfirmButton, ProblemNotice } from './shared-views.ts'

const TITLES = {
  held: 'This step is held and waits for you',
  unconfirmed: 'Nobody can tell whether this e-mail arrived',
  failed: 'This e-mail could not be sent',
  task: 'A task waits to be done',
} as const

const DONE = {
  retry: 'The step is tried again.',
  resend: 'The e-mail is sent again.',
  skip: 'The step is skipped.',
  leave: 'The e-mail is left as it is.',
  done: 'The task is done, and the sequence goes on.',
} as const

export interface AttentionNoticeProps {
  attention: NonNullable<EnrollmentRow['attention']> & { kind: keyof typeof TITLES }
  contactName: string
  api: CardApi
  tools: CardTools
  onChanged: () => void
}

/** A step that waits for a person's decision, with the choices there are. */
export function AttentionNotice({ attention, contactName, api, tools, onChanged }: AttentionNoticeProps) {
  const { stepRunId, kind, message } = attention
  const unsure = kind === 'unconfirmed'
  const dialog = `resend-${stepRunId}`
  const resolving = useChange(
    (action: ResolveStep['action'], idempotencyKey) => api.resolveStep(stepRunId, { action, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      seen: attention,
      onDoubt: onChanged,
      onDone: (_, action) => {
        tools.closeOverlay(dialog)
        tools.addAlert({ type: 'success', message: DONE[action === 'skip' && unsure ? 'leave' : action] })
        onChanged()
      },
    },
  )
  return (
    <Alert title={TITLES[kind]} variant={kind === 'task' ? 'info' : kind === 'failed' ? 'danger' : 'warning'}>
      <Flex direction="column" gap="extra-small">
        <Text>{message}</Text>
        <Flex direction="row" gap="extra-small" wrap="wrap">
          {unsure ? (
            <ConfirmButton
              id={dialog}
              label="Send again"
              title={`Send this e-mail to ${contactName} again?`}
              confirmLabel="Send again"
              error={resolving.error}
              busy={resolving.busy}
              onOpen={resolving.clear}
              onConfirm={() => resolving.run('resend')}
              closeOverlay={tools.closeOverlay}
            >
              {`The mail server stopped answering while the e-mail was handed over, so it may have arrived. ${contactName} may get it twice. If you are not sure, ask ${contactName}, or leave it.`}
            </ConfirmButton>
          ) : (
            <Button
              size="xs"
              variant="secondary"
              disabled={resolving.busy}
              onClick={() => resolving.run(kind === 'task' ? 'done' : 'retry')}
            >
              {kind === 'task' ? 'Done' : 'Retry'}
            </Button>
          )}
          <Button size="xs" variant="secondary" disabled={resolving.busy} onClick={() => resolving.run('skip')}>
            {unsure ? 'Leave it' : 'Skip'}
          </Button>
        </Flex>
        <ProblemNotice title="This did not work" error={resolving.error} />
      </Flex>
    </Alert>
  )
}
