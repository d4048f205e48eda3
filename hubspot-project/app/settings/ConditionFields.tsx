import { Button, Flex, Input, Select, Text } from '@hubspot/ui-extensions'
import type { Condition } from '@stagecue/shared/contract/enrollment-policy.ts'
import type { MappingChoices } from '@stagecue/shared/contract/mapping.ts'
import {
  findProperty,
  operatorOptions,
  propertyKey,
  propertyOptions,
  withOperator,
  withProperty,
} from './mapping-rules.ts'
import { textEvents } from './text-events.ts'

export interface ConditionFieldsProps {
  /** Unique on the page: branch and place. */
  name: string
  /** What it belongs to, for the labels: "condition 2 of branch 1". Several are on one page. */
  place: string
  condition: Condition
  choices: MappingChoices
  readOnly: boolean
  onChange: (condition: Condition) => void
  /** Null for the only one: a branch needs a condition. */
  onRemove: (() => void) | null
}

/** One condition: a property, how it is compared, and with what. */
export function ConditionFields(props: ConditionFieldsProps) {
  const { name, place, condition, choices, readOnly, onChange, onRemove } = props
  const property = findProperty(choices, condition)
  const type = property?.type ?? ('type' in condition ? condition.type : 'text')
  return (
    <Flex direction="row" gap="small" wrap="wrap" align="end">
      <Select
        label={`Property of ${place}`}
        name={`property-${name}`}
        readOnly={readOnly}
        value={propertyKey(condition)}
        options={propertyOptions(choices, condition)}
        onChange={(key) => {
          const next = withProperty(choices, String(key))
          if (next) onChange(next)
        }}
      />
      {'values' in condition ? (
        <Text>{`is one of ${condition.values.join(', ')}`}</Text>
      ) : (
        <Select
          label={`Comparison of ${place}`}
          name={`operator-${name}`}
          readOnly={readOnly}
          value={condition.operator}
          options={operatorOptions(type)}
          onChange={(operator) => onChange(withOperator(condition, type, String(operator)))}
        />
      )}
      {'value' in condition ? (
        <ValueField
          name={name}
          place={place}
          condition={condition}
          options={optionsOf(property, type)}
          readOnly={readOnly}
          onChange={onChange}
        />
      ) : null}
      {onRemove === null ? null : (
        <Button size="xs" variant="secondary" disabled={readOnly} onClick={onRemove}>
          Remove condition
        </Button>
      )}
    </Flex>
  )
}

interface ValueFieldProps {
  name: string
  place: string
  condition: Extract<Condition, { value: string }>
  options: readonly { label: string; value: string }[]
  readOnly: boolean
  onChange: (condition: Condition) => void
}

function ValueField({ name, place, condition, options, readOnly, onChange }: ValueFieldProps) {
  const set = (value: string) => onChange({ ...condition, value })
  const label = `Value of ${place}`
  const shared = { label, name: `value-${name}`, required: true, readOnly, value: condition.value }
  if (options.length === 0)
    return <Input {...shared} placeholder={PLACEHOLDERS[condition.type] ?? ''} {...textEvents(set)} />
  return <Select {...shared} options={[...options]} onChange={(value) => set(String(value))} />
}

const YES_OR_NO = [
  { label: 'Yes', value: 'true' },
  { label: 'No', value: 'false' },
]

function optionsOf(property: ReturnType<typeof findProperty>, type: string) {
  if (type === 'boolean') return YES_OR_NO
  return property?.options ?? []
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  number: '1500.50',
  date: '2026-11-30',
  datetime: '2026-11-30T09:00Z',
}
