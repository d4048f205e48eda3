import { Flex, LoadingSpinner, NumberInput, Select } from '@hubspot/ui-extensions'
import type { MappingChoices } from '@stagecue/shared/contract/mapping.ts'
import type { Step } from '@stagecue/shared/contract/sequence.ts'
import type { WaitForStep } from '@stagecue/shared/contract/step-wait-for.ts'
import { ConditionFields } from './ConditionFields.tsx'
import { wholeNumber } from './mapping-rules.ts'
import { type ChangeStep, withEvent } from './step-kinds.ts'
import { TargetSelect } from './TargetSelect.tsx'
import { isUnit, UNITS } from './wait-units.ts'

export interface WaitForFieldsProps {
  step: WaitForStep
  steps: readonly Step[]
  /** From 0. */
  index: number
  choices: MappingChoices | null
  readOnly: boolean
  onChange: ChangeStep<WaitForStep>
}

const EVENTS = {
  reply: 'A reply of the contact',
  click: 'A click on a link of an e-mail before',
  meeting: 'A meeting booked with the contact',
  property: 'A property of the deal or contact',
} as const

/** What a step waits for, how long at most, and where each of the two leads. */
export function WaitForFields({ step, steps, index, choices, readOnly, onChange }: WaitForFieldsProps) {
  const number = index + 1
  const shared = { steps, index, readOnly }
  return (
    <Flex direction="column" gap="small">
      <Flex direction="row" gap="small" wrap="wrap">
        <Select
          label={`Event of step ${number}`}
          name={`event-${step.id}`}
          description={
            step.event === 'reply' ? 'The reply does not end the sequence while this step waits for it.' : ''
          }
          readOnly={readOnly}
          value={step.event}
          options={Object.entries(EVENTS).map(([value, label]) => ({ label, value }))}
          onChange={(event) => (isEvent(event) ? onChange((before) => withEvent(before, event)) : undefined)}
        />
        <NumberInput
          label={`At most, in step ${number}`}
          name={`timeout-${step.id}`}
          required={true}
          min={1}
          max={365}
          precision={0}
          readOnly={readOnly}
          value={step.timeout.amount}
          onChange={(value) =>
            onChange((before) => ({ ...before, timeout: { ...before.timeout, amount: wholeNumber(value, 1, 365) } }))
          }
        />
        <Select
          label={`Unit of the limit in step ${number}`}
          name={`timeout-unit-${step.id}`}
          required={true}
          readOnly={readOnly}
          value={step.timeout.unit}
          options={Object.entries(UNITS).map(([value, label]) => ({ label, value }))}
          onChange={(unit) =>
            isUnit(unit) ? onChange((before) => ({ ...before, timeout: { ...before.timeout, unit } })) : undefined
          }
        />
      </Flex>
      {step.event === 'property' && choices === null ? (
        <LoadingSpinner label="Reading properties" showLabel={true} />
      ) : null}
      {step.event === 'property' && choices !== null ? (
        <ConditionFields
          name={step.id}
          place={`step ${number}`}
          condition={step.condition}
          choices={choices}
          readOnly={readOnly}
          onChange={(condition) =>
            onChange((before) => (before.event === 'property' ? { ...before, condition } : before))
          }
          onRemove={null}
        />
      ) : null}
      <TargetSelect
        {...shared}
        label={`Step ${number}: when it happens, go on with`}
        name={`on-event-${step.id}`}
        target={step.onEvent}
        onChange={(onEvent) => onChange((before) => ({ ...before, onEvent }))}
      />
      <TargetSelect
        {...shared}
        label={`Step ${number}: when it does not, go on with`}
        name={`on-timeout-${step.id}`}
        target={step.onTimeout}
        onChange={(onTimeout) => onChange((before) => ({ ...before, onTimeout }))}
      />
    </Flex>
  )
}

function isEvent(value: unknown): value is WaitForStep['event'] {
  return typeof value === 'string' && value in EVENTS
}
