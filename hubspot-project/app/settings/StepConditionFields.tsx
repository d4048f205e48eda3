import { Button, Flex, LoadingSpinner, Select, Text } from '@hubspot/ui-extensions'
import type { MappingChoices } from '@stagecue/shared/contract/mapping.ts'
import type {
  ClickCondition,
  LabelCondition,
  ReplyCondition,
  StepCondition,
} from '@stagecue/shared/contract/step-conditions.ts'
import { ConditionFields } from './ConditionFields.tsx'
import { labelKey } from './mapping-rules.ts'
import { FIRST_CONDITION } from './step-kinds.ts'

export interface StepConditionFieldsProps {
  /** Unique on the page. */
  name: string
  /** What it belongs to, for the labels: "condition 2 of case 1 of step 3". Several are on one page. */
  place: string
  condition: StepCondition
  /** Null while they are being read from HubSpot. */
  choices: MappingChoices | null
  readOnly: boolean
  onChange: (condition: StepCondition) => void
  /** Null for the only one: a case needs a condition. */
  onRemove: (() => void) | null
}

const ABOUT = {
  property: 'A property',
  label: 'A label of the contact',
  reply: 'What came back',
  click: 'A click',
} as const

/** One condition of a branch: what it is about, and what that must be. */
export function StepConditionFields(props: StepConditionFieldsProps) {
  const { name, place, condition, choices, readOnly, onChange, onRemove } = props
  const isProperty = condition.subject === 'deal' || condition.subject === 'contact'
  return (
    <Flex direction="row" gap="small" wrap="wrap" align="end">
      <Select
        label={`What ${place} is about`}
        name={`about-${name}`}
        readOnly={readOnly}
        value={isProperty ? 'property' : condition.subject}
        options={Object.entries(ABOUT).map(([value, label]) => ({ label, value }))}
        onChange={(about) => onChange(conditionAbout(about, choices))}
      />
      {isProperty && choices === null ? <LoadingSpinner label="Reading properties" showLabel={true} /> : null}
      {isProperty && choices !== null ? (
        <ConditionFields
          name={name}
          place={place}
          condition={condition}
          choices={choices}
          readOnly={readOnly}
          onChange={onChange}
          onRemove={null}
        />
      ) : null}
      {condition.subject === 'label' ? <LabelFields {...props} condition={condition} /> : null}
      {condition.subject === 'reply' ? <ReplyFields {...props} condition={condition} /> : null}
      {condition.subject === 'click' ? <ClickFields {...props} condition={condition} /> : null}
      {onRemove === null ? null : (
        <Button size="xs" variant="secondary" disabled={readOnly} onClick={onRemove}>
          Remove condition
        </Button>
      )}
    </Flex>
  )
}

function conditionAbout(about: unknown, choices: MappingChoices | null): StepCondition {
  if (about === 'reply') return { subject: 'reply', operator: 'is', value: 'none' }
  if (about === 'click') return { subject: 'click', operator: 'has' }
  const [label] = choices?.labels ?? []
  if (about === 'label' && label) return { subject: 'label', operator: 'has', label }
  return FIRST_CONDITION
}

const HAS = [
  { label: 'Yes', value: 'has' },
  { label: 'No', value: 'has_not' },
]

const hasOf = (value: unknown) => (value === 'has_not' ? 'has_not' : 'has')

type FieldsOf<C extends StepCondition> = StepConditionFieldsProps & { condition: C }

function LabelFields({ name, place, condition, choices, readOnly, onChange }: FieldsOf<LabelCondition>) {
  const known = choices?.labels ?? []
  const own = known.some((label) => labelKey(label) === labelKey(condition.label)) ? [] : [condition.label]
  const labels = [...known, ...own]
  return (
    <>
      <Select
        label={`Label of ${place}`}
        name={`label-${name}`}
        readOnly={readOnly}
        value={labelKey(condition.label)}
        options={labels.map((label) => ({ label: label.label, value: labelKey(label) }))}
        onChange={(key) => {
          const label = labels.find((candidate) => labelKey(candidate) === key)
          if (label) onChange({ ...condition, label })
        }}
      />
      <Select
        label={`The contact has the label of ${place}`}
        name={`has-${name}`}
        readOnly={readOnly}
        value={condition.operator}
        options={HAS}
        onChange={(has) => onChange({ ...condition, operator: hasOf(has) })}
      />
    </>
  )
}

const REPLIES = {
  human: 'A person answered',
  automatic: 'Only a program answered',
  none: 'Nothing came back so far',
} as const

function ReplyFields({ name, place, condition, readOnly, onChange }: FieldsOf<ReplyCondition>) {
  return (
    <>
      <Select
        label={`What came back, for ${place}`}
        name={`reply-${name}`}
        readOnly={readOnly}
        value={condition.value}
        options={Object.entries(REPLIES).map(([value, label]) => ({ label, value }))}
        onChange={(value) => (isReply(value) ? onChange({ ...condition, value }) : undefined)}
      />
      <Select
        label={`It is so, for ${place}`}
        name={`is-${name}`}
        readOnly={readOnly}
        value={condition.operator}
        options={[
          { label: 'Yes', value: 'is' },
          { label: 'No', value: 'is_not' },
        ]}
        onChange={(is) => onChange({ ...condition, operator: is === 'is_not' ? 'is_not' : 'is' })}
      />
      {condition.value === 'human' ? (
        <Text variant="microcopy">A person’s answer ends the sequence, unless a step waits for it.</Text>
      ) : null}
    </>
  )
}

function isReply(value: unknown): value is ReplyCondition['value'] {
  return typeof value === 'string' && value in REPLIES
}

function ClickFields({ name, place, condition, readOnly, onChange }: FieldsOf<ClickCondition>) {
  return (
    <Select
      label={`The contact clicked a link of an e-mail before, for ${place}`}
      name={`click-${name}`}
      readOnly={readOnly}
      value={condition.operator}
      options={HAS}
      onChange={(has) => onChange({ ...condition, operator: hasOf(has) })}
    />
  )
}
