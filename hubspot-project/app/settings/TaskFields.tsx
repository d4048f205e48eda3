import { Flex, Input, NumberInput, Select, TextArea, Toggle } from '@hubspot/ui-extensions'
import type { TaskStep } from '@stagecue/shared/contract/sequence.ts'
import type { ActPatch } from './act-draft.ts'
import { textEvents } from './text-events.ts'

const TYPES = { call: 'Call', linkedin: 'LinkedIn message', todo: 'To-do' } as const
const PRIORITIES = { low: 'Low', medium: 'Medium', high: 'High' } as const
const UNITS = { minutes: 'Minutes', hours: 'Hours', days: 'Days', business_days: 'Business days' } as const
const ON_TIMEOUT = { go_on: 'Go on without it', stop: 'Stop the sequence' } as const

export interface TaskFieldsProps {
  step: TaskStep
  position: number
  problem: { field: string; message: string } | null
  readOnly: boolean
  onChange: (patch: ActPatch) => void
}

/** A task in HubSpot; the sequence goes on when it is done. */
export function TaskFields(props: TaskFieldsProps) {
  const { step, position, problem, readOnly, onChange } = props
  const at = (field: string) => (problem?.field === field ? problem.message : '')
  const common = { readOnly, required: true } as const
  return (
    <Flex direction="column" gap="small">
      <Flex direction="row" gap="small" wrap="wrap">
        <Select
          {...common}
          label={`Kind of task in step ${position}`}
          name={`task-type-${step.id}`}
          description="A LinkedIn message is a to-do in HubSpot."
          value={step.taskType}
          options={optionsOf(TYPES)}
          onChange={(value) => (isKey(TYPES, value) ? onChange({ taskType: value }) : undefined)}
        />
        <Select
          {...common}
          label={`Priority of step ${position}`}
          name={`priority-${step.id}`}
          value={step.priority ?? 'medium'}
          options={optionsOf(PRIORITIES)}
          onChange={(value) => (isKey(PRIORITIES, value) ? onChange({ priority: value }) : undefined)}
        />
      </Flex>
      <Input
        {...common}
        label={`Task of step ${position}`}
        name={`task-subject-${step.id}`}
        value={step.subject}
        error={at('subject') !== ''}
        validationMessage={at('subject')}
        {...textEvents((subject) => onChange({ subject: subject.slice(0, 255) }))}
      />
      <TextArea
        label={`Notes of step ${position}`}
        name={`task-body-${step.id}`}
        description="Plain text. Merge fields may be used, as in e-mails."
        rows={4}
        maxLength={10_000}
        readOnly={readOnly}
        value={step.body}
        error={at('body') !== ''}
        validationMessage={at('body')}
        {...textEvents((body) => onChange({ body }))}
      />
      <SpanFields {...props} name="dueIn" toggle="Due later than at once" label="Due in" least={0} />
      <SpanFields {...props} name="timeout" toggle="Do not wait for it for ever" label="Wait at most" least={1} />
      {step.timeout ? (
        <Select
          {...common}
          label={`When step ${position} is not done in time`}
          name={`on-timeout-${step.id}`}
          value={step.onTimeout}
          options={optionsOf(ON_TIMEOUT)}
          onChange={(value) => (isKey(ON_TIMEOUT, value) ? onChange({ onTimeout: value }) : undefined)}
        />
      ) : null}
    </Flex>
  )
}

interface SpanFieldsProps extends TaskFieldsProps {
  name: 'dueIn' | 'timeout'
  toggle: string
  label: string
  least: 0 | 1
}

function SpanFields({ step, position, readOnly, onChange, name, toggle, label, least }: SpanFieldsProps) {
  const span = step[name]
  return (
    <Flex direction="row" gap="small" wrap="wrap">
      <Toggle
        label={`${toggle} (step ${position})`}
        name={`${name}-${step.id}`}
        readOnly={readOnly}
        checked={span !== undefined}
        onChange={(on) => onChange({ [name]: on ? { amount: 2, unit: 'days' } : null })}
      />
      {span ? (
        <>
          <NumberInput
            label={`${label}, step ${position}`}
            name={`${name}-amount-${step.id}`}
            required={true}
            min={least}
            max={365}
            precision={0}
            readOnly={readOnly}
            value={span.amount}
            onChange={(amount) => onChange({ [name]: { ...span, amount: wholeNumber(amount, least) } })}
          />
          <Select
            label={`Unit of “${label}”, step ${position}`}
            name={`${name}-unit-${step.id}`}
            required={true}
            readOnly={readOnly}
            value={span.unit}
            options={optionsOf(UNITS)}
            onChange={(unit) => (isKey(UNITS, unit) ? onChange({ [name]: { ...span, unit } }) : undefined)}
          />
        </>
      ) : null}
    </Flex>
  )
}

/** An emptied field gives no number; the contract takes whole numbers to 365. */
function wholeNumber(amount: unknown, least: 0 | 1): number {
  const number = Number(amount)
  return Number.isFinite(number) ? Math.min(365, Math.max(least, Math.round(number))) : least
}

function optionsOf(labels: Readonly<Record<string, string>>) {
  return Object.entries(labels).map(([value, label]) => ({ value, label }))
}

function isKey<T extends object>(labels: T, value: unknown): value is keyof T {
  return typeof value === 'string' && value in labels
}
