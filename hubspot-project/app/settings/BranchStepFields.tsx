import { Button, Divider, Flex, Input, Select, Text } from '@hubspot/ui-extensions'
import type { MappingChoices } from '@stagecue/shared/contract/mapping.ts'
import type { Step } from '@stagecue/shared/contract/sequence.ts'
import type { BranchArm, BranchStep } from '@stagecue/shared/contract/step-branch.ts'
import { MAX_CONDITIONS } from './mapping-rules.ts'
import { StepConditionFields } from './StepConditionFields.tsx'
import { type ChangeStep, FIRST_CONDITION, MAX_ARMS, newArm, withArm } from './step-kinds.ts'
import { TargetSelect } from './TargetSelect.tsx'
import { textEvents } from './text-events.ts'

export interface BranchStepFieldsProps {
  step: BranchStep
  steps: readonly Step[]
  /** From 0. */
  index: number
  choices: MappingChoices | null
  readOnly: boolean
  onChange: ChangeStep<BranchStep>
}

/** The cases of a branch in their order, each with where it leads: the first that applies is taken. */
export function BranchStepFields({ step, steps, index, choices, readOnly, onChange }: BranchStepFieldsProps) {
  const shared = { steps, index, readOnly }
  return (
    <Flex direction="column" gap="small">
      {step.arms.map((arm, place) => (
        <ArmFields
          // An arm has no id and is never reordered.
          // biome-ignore lint/suspicious/noArrayIndexKey: its place is what it is known by.
          key={place}
          {...shared}
          arm={arm}
          name={`${step.id}-${place}`}
          number={place + 1}
          isOnly={step.arms.length === 1}
          choices={choices}
          onChange={(change) => onChange((before) => withArm(before, place, change))}
        />
      ))}
      <TargetSelect
        {...shared}
        label={`Step ${index + 1}: when no case applies, go on with`}
        name={`otherwise-${step.id}`}
        target={step.otherwise}
        onChange={(otherwise) => onChange((before) => ({ ...before, otherwise }))}
      />
      <Flex direction="row" gap="small">
        <Button
          size="xs"
          variant="secondary"
          disabled={readOnly || step.arms.length >= MAX_ARMS}
          onClick={() => onChange((before) => ({ ...before, arms: [...before.arms, newArm(before.arms.length + 1)] }))}
        >
          Add case
        </Button>
      </Flex>
    </Flex>
  )
}

interface ArmFieldsProps {
  arm: BranchArm
  /** Unique on the page. */
  name: string
  /** From 1. */
  number: number
  isOnly: boolean
  steps: readonly Step[]
  index: number
  choices: MappingChoices | null
  readOnly: boolean
  onChange: (change: (arm: BranchArm) => BranchArm | null) => void
}

const MATCH = [
  { label: 'All conditions are met', value: 'all' },
  { label: 'Any condition is met', value: 'any' },
]

function ArmFields({ arm, name, number, isOnly, steps, index, choices, readOnly, onChange }: ArmFieldsProps) {
  const { items, match } = arm.when
  const setItems = (change: (before: BranchArm['when']['items']) => BranchArm['when']['items']) =>
    onChange((before) => ({ ...before, when: { ...before.when, items: change(before.when.items) } }))
  return (
    <Flex direction="column" gap="extra-small">
      {number > 1 ? <Divider /> : null}
      <Input
        label={`Name of case ${number} of step ${index + 1}`}
        name={`arm-${name}`}
        required={true}
        readOnly={readOnly}
        value={arm.name}
        {...textEvents((text) => onChange((before) => ({ ...before, name: text.slice(0, 80) })))}
      />
      {items.length > 1 ? (
        <Select
          label={`Case ${number} of step ${index + 1} applies when`}
          name={`match-${name}`}
          readOnly={readOnly}
          value={match}
          options={MATCH}
          onChange={(value) =>
            onChange((before) => ({ ...before, when: { ...before.when, match: value === 'any' ? 'any' : 'all' } }))
          }
        />
      ) : null}
      {items.map((item, place) =>
        'conditions' in item ? (
          <Text
            // biome-ignore lint/suspicious/noArrayIndexKey: a condition has no id and is never reordered.
            key={place}
          >{`A group of ${item.conditions.length} conditions, ${item.match} of them; it is kept as it is.`}</Text>
        ) : (
          <StepConditionFields
            // biome-ignore lint/suspicious/noArrayIndexKey: a condition has no id and is never reordered.
            key={place}
            name={`${name}-${place}`}
            place={`condition ${place + 1} of case ${number} of step ${index + 1}`}
            condition={item}
            choices={choices}
            readOnly={readOnly}
            onChange={(next) => setItems((before) => before.map((old, at) => (at === place ? next : old)))}
            onRemove={items.length > 1 ? () => setItems((before) => before.filter((_, at) => at !== place)) : null}
          />
        ),
      )}
      <TargetSelect
        label={`Case ${number} of step ${index + 1} goes on with`}
        name={`then-${name}`}
        target={arm.leadsTo}
        steps={steps}
        index={index}
        readOnly={readOnly}
        onChange={(leadsTo) => onChange((before) => ({ ...before, leadsTo }))}
      />
      <Flex direction="row" gap="small">
        <Button
          size="xs"
          variant="secondary"
          disabled={readOnly || items.length >= MAX_CONDITIONS}
          onClick={() => setItems((before) => [...before, FIRST_CONDITION])}
        >
          Add condition
        </Button>
        <Button size="xs" variant="secondary" disabled={readOnly || isOnly} onClick={() => onChange(() => null)}>
          Remove case
        </Button>
      </Flex>
    </Flex>
  )
}
