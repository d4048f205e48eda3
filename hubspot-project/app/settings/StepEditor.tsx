import { Button, Flex, Text, Tile } from '@hubspot/ui-extensions'
import type { Step } from '@stagecue/shared/contract/sequence.ts'
import { STEP_KIND } from '@stagecue/shared/vocabulary.ts'
import { ActFields } from './ActFields.tsx'
import { isAct } from './act-draft.ts'
import { EmailFields } from './EmailFields.tsx'
import { MailPreview } from './MailPreview.tsx'
import type { StepPatch } from './sequence-draft.ts'
import type { TabProps } from './settings-tools.ts'
import { WaitFields } from './WaitFields.tsx'

export interface StepEditorProps extends Omit<TabProps, 'mayConfigure'> {
  step: Step
  /** From 1. */
  position: number
  isFirst: boolean
  isLast: boolean
  isOnly: boolean
  /** An e-mail comes before this step. */
  continues: boolean
  /** When it is reached, in words. */
  reached: string
  problem: { field: string; message: string } | null
  readOnly: boolean
  previewed: boolean
  onChange: (patch: StepPatch) => void
  onMove: (by: -1 | 1) => void
  onRemove: () => void
  onPreview: (shown: boolean) => void
}

export function StepEditor(props: StepEditorProps) {
  const { step, position, reached, continues, problem, readOnly, previewed, api, tools, onChange, onPreview } = props
  return (
    <Tile compact={true}>
      <Flex direction="column" gap="small">
        <Text format={{ fontWeight: 'demibold' }}>
          {step.kind === 'email'
            ? `Step ${position}: e-mail, ${reached}`
            : `Step ${position}: ${STEP_KIND[step.kind].toLowerCase()}`}
        </Text>
        {step.kind === 'email' ? (
          <EmailFields
            step={step}
            position={position}
            problem={problem}
            continues={continues}
            readOnly={readOnly}
            onChange={onChange}
          />
        ) : null}
        {step.kind === 'wait' ? (
          <WaitFields step={step} position={position} problem={problem} readOnly={readOnly} onChange={onChange} />
        ) : null}
        {isAct(step) ? (
          <ActFields
            step={step}
            position={position}
            problem={problem}
            readOnly={readOnly}
            api={api}
            onChange={onChange}
          />
        ) : null}
        <Flex direction="row" gap="extra-small" wrap="wrap">
          {step.kind === 'email' ? (
            <Button size="xs" variant="secondary" onClick={() => onPreview(!previewed)}>
              {previewed ? 'Hide preview' : 'Show preview'}
            </Button>
          ) : null}
          {readOnly ? null : <StepButtons {...props} />}
        </Flex>
        {step.kind === 'email' && previewed ? (
          <MailPreview subject={step.subject} body={step.body} api={api} timers={tools.timers} />
        ) : null}
      </Flex>
    </Tile>
  )
}

function StepButtons({ isFirst, isLast, isOnly, onMove, onRemove }: StepEditorProps) {
  return (
    <>
      <Button size="xs" variant="secondary" disabled={isFirst} onClick={() => onMove(-1)}>
        Move up
      </Button>
      <Button size="xs" variant="secondary" disabled={isLast} onClick={() => onMove(1)}>
        Move down
      </Button>
      <Button size="xs" variant="secondary" disabled={isOnly} onClick={onRemove}>
        Remove
      </Button>
    </>
  )
}
