import { Button, Flex, Text, Tile, Toggle } from '@hubspot/ui-extensions'
import type { MappingChoices } from '@stagecue/shared/contract/mapping.ts'
import type { Step } from '@stagecue/shared/contract/sequence.ts'
import { STEP_KIND } from '@stagecue/shared/vocabulary.ts'
import { ActFields } from './ActFields.tsx'
import { BranchStepFields } from './BranchStepFields.tsx'
import { EmailFields } from './EmailFields.tsx'
import { ExitFields } from './ExitFields.tsx'
import { MailPreview } from './MailPreview.tsx'
import type { StepPatch } from './sequence-draft.ts'
import type { TabProps } from './settings-tools.ts'
import { type ChangeStep, withVariants } from './step-kinds.ts'
import { TargetSelect } from './TargetSelect.tsx'
import { VariantFields } from './VariantFields.tsx'
import { WaitFields } from './WaitFields.tsx'
import { WaitForFields } from './WaitForFields.tsx'

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
  steps: readonly Step[]
  /** What conditions may name; null while it is being read from HubSpot. */
  choices: MappingChoices | null
  onChange: (patch: StepPatch) => void
  /** Replaces the step by what becomes of it. */
  onReplace: (change: (step: Step) => Step) => void
  onMove: (by: -1 | 1) => void
  onRemove: () => void
  onPreview: (shown: boolean) => void
}

export function StepEditor(props: StepEditorProps) {
  const { step, position, reached, readOnly, previewed, api, tools, onReplace, onPreview } = props
  return (
    <Tile compact={true}>
      <Flex direction="column" gap="small">
        <Text format={{ fontWeight: 'demibold' }}>
          {step.kind === 'email'
            ? `Step ${position}: e-mail, ${reached}`
            : `Step ${position}: ${STEP_KIND[step.kind].toLowerCase()}`}
        </Text>
        <StepFields {...props} />
        <Flex direction="row" gap="extra-small" wrap="wrap">
          {step.kind === 'email' ? (
            <Button size="xs" variant="secondary" onClick={() => onPreview(!previewed)}>
              {previewed ? 'Hide preview' : 'Show preview'}
            </Button>
          ) : null}
          {step.kind === 'email' && !step.variants && !readOnly ? (
            <Button
              size="xs"
              variant="secondary"
              onClick={() => onlyKind('email', onReplace)((before) => withVariants(before, tools.makeKey))}
            >
              Test another variant
            </Button>
          ) : null}
          {readOnly ? null : <StepButtons {...props} />}
        </Flex>
        {step.kind === 'email' && previewed
          ? (step.variants ?? [step]).map(({ id, subject, body }) => (
              <MailPreview key={id} subject={subject} body={body} api={api} timers={tools.timers} />
            ))
          : null}
      </Flex>
    </Tile>
  )
}

/** The fields of the step's kind. */
function StepFields(props: StepEditorProps) {
  const { step, steps, position, problem, continues, choices, readOnly, api, tools, onChange, onReplace } = props
  const shared = { steps, index: position - 1, choices, readOnly }
  switch (step.kind) {
    case 'email': {
      const mail = { step, position, problem, continues, readOnly }
      return (
        <>
          {step.variants ? null : <EmailFields {...mail} onChange={onChange} />}
          <VariantFields {...mail} makeKey={tools.makeKey} onChange={onlyKind('email', onReplace)} />
          <Toggle
            label={`A person reads step ${position} before it goes`}
            name={`approval-${step.id}`}
            readOnly={readOnly}
            checked={step.approval === 'before_send'}
            onChange={(on) => onChange({ approval: on ? 'before_send' : 'none' })}
          />
        </>
      )
    }
    case 'wait':
      return <WaitFields step={step} position={position} problem={problem} readOnly={readOnly} onChange={onChange} />
    case 'wait_for':
      return <WaitForFields {...shared} step={step} onChange={onlyKind('wait_for', onReplace)} />
    case 'branch':
      return <BranchStepFields {...shared} step={step} onChange={onlyKind('branch', onReplace)} />
    case 'exit':
      return <ExitFields step={step} position={position} readOnly={readOnly} onChange={onlyKind('exit', onReplace)} />
    case 'task':
    case 'set_property':
    case 'set_place': {
      const fields = { position, problem, readOnly, api, onChange }
      return <ActFields {...fields} step={step} />
    }
    case 'go_to':
      return (
        <TargetSelect
          label={`Step ${position} goes on with`}
          name={`then-${step.id}`}
          target={step.leadsTo}
          steps={steps}
          index={position - 1}
          readOnly={readOnly}
          onChange={(leadsTo) => onReplace((before) => (before.kind === 'go_to' ? { ...before, leadsTo } : before))}
        />
      )
  }
}

/** A change of one kind of step; a step that is of another kind by now stays as it is. */
function onlyKind<K extends Step['kind']>(
  kind: K,
  onReplace: StepEditorProps['onReplace'],
): ChangeStep<Extract<Step, { kind: K }>> {
  const isKind = (step: Step): step is Extract<Step, { kind: K }> => step.kind === kind
  return (change) => onReplace((before) => (isKind(before) ? change(before) : before))
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
