import { Button, Flex } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { SteerEnrollment } from '@stagecue/shared/contract/enrollment.ts'
import { useState } from 'react'
import type { EnrollmentItemProps } from './EnrollmentItem.tsx'
import { ResumePreview } from './ResumePreview.tsx'
import { ConfirmButton, ProblemNotice } from './shared-views.ts'

const DONE = { pause: 'Paused', resume: 'Resumed', stop: 'Stopped' } as const

/**
 * Pause, resume and stop one enrollment. While one of them is under way all are disabled. Resuming shows the new dates first.
 */
export function EnrollmentActions({ enrollment, contactName, api, tools, onChanged }: EnrollmentItemProps) {
  const { id, sequenceName, status, canPause, canResume, canStop } = enrollment
  const dialog = `stop-${id}`
  const [previewing, setPreviewing] = useState(false)
  const steering = useChange(
    (action: SteerEnrollment['action'], idempotencyKey) => api.steerEnrollment(id, { action, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      seen: status,
      onDoubt: onChanged,
      onDone: (_, action) => {
        tools.closeOverlay(dialog)
        setPreviewing(false)
        tools.addAlert({ type: 'success', message: `${DONE[action]}: ${sequenceName} for ${contactName}.` })
        onChanged()
      },
    },
  )
  if (!canPause && !canResume && !canStop) return null
  return (
    <Flex direction="column" gap="extra-small">
      <Flex direction="row" gap="extra-small" wrap="wrap">
        {canPause ? (
          <Button size="xs" variant="secondary" disabled={steering.busy} onClick={() => steering.run('pause')}>
            Pause
          </Button>
        ) : null}
        {canResume && !previewing ? (
          <Button size="xs" variant="secondary" disabled={steering.busy} onClick={() => setPreviewing(true)}>
            Resume
          </Button>
        ) : null}
        {canStop ? (
          <ConfirmButton
            id={dialog}
            label="Stop"
            title={`Stop ${sequenceName} for ${contactName}?`}
            confirmLabel="Stop sequence"
            error={steering.error}
            busy={steering.busy}
            onOpen={steering.clear}
            onConfirm={() => steering.run('stop')}
            closeOverlay={tools.closeOverlay}
          >
            {`No further e-mail of this sequence goes to ${contactName}. A stopped sequence cannot be resumed, only started again from its first step.`}
          </ConfirmButton>
        ) : null}
      </Flex>
      {canResume && previewing ? (
        <ResumePreview
          enrollmentId={id}
          api={api}
          tools={tools}
          busy={steering.busy}
          onResume={() => steering.run('resume')}
          onClose={() => setPreviewing(false)}
        />
      ) : null}
      <ProblemNotice title="This did not work" error={steering.error} />
    </Flex>
  )
}
