import { Flex, StatusTag, Text } from '@hubspot/ui-extensions'
import type { EnrollmentRow } from '@stagecue/shared/contract/enrollment.ts'
import { ENROLLMENT_STATUS } from '@stagecue/shared/vocabulary.ts'
import { ApprovalNotice } from './ApprovalNotice.tsx'
import { AttentionNotice } from './AttentionNotice.tsx'
import type { CardApi, CardTools } from './card-tools.ts'
import { EnrollmentActions } from './EnrollmentActions.tsx'

const COLORS = { active: 'success', paused: 'warning', completed: 'info', stopped: 'default' } as const

export interface EnrollmentItemProps {
  enrollment: EnrollmentRow
  contactName: string
  api: CardApi
  tools: CardTools
  onChanged: () => void
}

/** One run through a sequence: its state, where it stands, what comes next and why. */
export function EnrollmentItem({ enrollment, contactName, api, tools, onChanged }: EnrollmentItemProps) {
  const { status, sequenceName, step, nextSendAt, why, attention } = enrollment
  return (
    <Flex direction="column" gap="extra-small">
      <Text format={{ fontWeight: 'demibold' }}>{sequenceName}</Text>
      <StatusTag variant={COLORS[status]}>{ENROLLMENT_STATUS[status]}</StatusTag>
      <Text>{step}</Text>
      {nextSendAt === null ? null : <Text>Next e-mail: {tools.formats.momentAndDistance(nextSendAt)}</Text>}
      {why === attention?.message ? null : <Text variant="microcopy">{why}</Text>}
      <Attention attention={attention} contactName={contactName} api={api} tools={tools} onChanged={onChanged} />
      <EnrollmentActions
        enrollment={enrollment}
        contactName={contactName}
        api={api}
        tools={tools}
        onChanged={onChanged}
      />
    </Flex>
  )
}

type AttentionProps = Omit<EnrollmentItemProps, 'enrollment'> & Pick<EnrollmentRow, 'attention'>

/** What a person must decide, where there is something. */
function Attention({ attention, ...rest }: AttentionProps) {
  if (attention === null) return null
  const { kind, stepRunId } = attention
  // Another step is another question: what was answered about the one before, or went wrong with it, says nothing about it.
  if (kind === 'approval') return <ApprovalNotice key={stepRunId} stepRunId={stepRunId} {...rest} />
  return <AttentionNotice key={stepRunId} attention={{ ...attention, kind }} {...rest} />
}
