import type {
  AssociationLabel,
  Branch,
  Condition,
  EnrollmentPolicy,
  Target,
  ValueType,
} from '@stagecue/shared/contract/enrollment-policy.ts'
import type { MappingChoices, PropertyChoice } from '@stagecue/shared/contract/mapping.ts'

/** Changes are functions of what is there, because two events may come before the page is drawn again. */
export type ChangeRules = (change: (rules: EnrollmentPolicy) => EnrollmentPolicy) => void

export const MAX_BRANCHES = 20
export const MAX_CONDITIONS = 10

type Operator = Condition['operator']

const EQUAL = { is: 'is', is_not: 'is not' } as const
const TIMES = { before: 'is before', on_or_before: 'is on or before', after: 'is after', on_or_after: 'is on or after' }
const KNOWN = { is_known: 'has a value', is_unknown: 'has no value' } as const

/** The comparisons that fit each type, in words; “is one of” exists in stored rules only and is shown as it is. */
const OPERATORS: Readonly<Record<ValueType, Partial<Record<Operator, string>>>> = {
  text: { ...EQUAL, contains: 'contains', ...KNOWN },
  choices: { ...EQUAL, contains: 'contains', ...KNOWN },
  boolean: { ...EQUAL, ...KNOWN },
  number: {
    ...EQUAL,
    less_than: 'is less than',
    at_most: 'is at most',
    more_than: 'is more than',
    at_least: 'is at least',
    ...KNOWN,
  },
  date: { ...EQUAL, ...TIMES, ...KNOWN },
  datetime: { ...EQUAL, ...TIMES, ...KNOWN },
}

export function operatorOptions(type: ValueType): { label: string; value: string }[] {
  return Object.entries(OPERATORS[type]).map(([value, label]) => ({ label, value }))
}

/** A property as one value of a choice: whose it is and its name. */
export const propertyKey = ({ subject, property }: Pick<Condition, 'subject' | 'property'>) => `${subject} ${property}`

/** All properties that may be chosen; the condition's own stays choosable when HubSpot no longer has it. */
export function propertyOptions(choices: MappingChoices, own: Condition): { label: string; value: string }[] {
  const options = (['deal', 'contact'] as const).flatMap((subject) =>
    choices[subject].map(({ name, label }) => ({
      label: `${subject === 'deal' ? 'Deal' : 'Contact'}: ${label}`,
      value: propertyKey({ subject, property: name }),
    })),
  )
  const value = propertyKey(own)
  return options.some((option) => option.value === value) ? options : [...options, { label: own.property, value }]
}

export function findProperty(choices: MappingChoices, { subject, property }: Condition): PropertyChoice | undefined {
  return choices[subject].find(({ name }) => name === property)
}

/** The condition for another property: the type follows, comparison and value begin anew. */
export function withProperty(choices: MappingChoices, key: string): Condition | undefined {
  const [subject, property = ''] = key.split(' ')
  if (subject !== 'deal' && subject !== 'contact') return undefined
  const found = choices[subject].find(({ name }) => name === property)
  return (
    found && {
      subject,
      property,
      type: found.type,
      operator: 'is',
      value: found.options[0]?.value ?? (found.type === 'boolean' ? 'true' : ''),
    }
  )
}

/** The condition with another comparison. Presence needs no value; what was typed is kept for the others. */
export function withOperator(condition: Condition, type: ValueType, operator: string): Condition {
  const { subject, property } = condition
  if (operator === 'is_known' || operator === 'is_unknown') return { subject, property, operator }
  if (!isComparison(type, operator)) return condition
  return { subject, property, type, operator, value: 'value' in condition ? condition.value : '' }
}

type Comparison = Extract<Condition, { value: string }>['operator']

function isComparison(type: ValueType, operator: string): operator is Comparison {
  return operator in OPERATORS[type]
}

export function emptyBranch(choices: MappingChoices, number: number, sequenceId: string | null): Branch | undefined {
  const property = choices.deal[0] ? `deal ${choices.deal[0].name}` : `contact ${choices.contact[0]?.name}`
  const first = withProperty(choices, property)
  return first && { name: `Branch ${number}`, when: { match: 'all', items: [first] }, sequenceId }
}

/** What keeps the rules from being saved, in words; null when nothing does. Our backend says the rest. */
export function problemWith(rules: EnrollmentPolicy): string | null {
  if (rules.target.kind === 'labels' && rules.target.labels.length === 0) return 'Choose at least one label.'
  for (const { name, when } of rules.branches) {
    if (name.trim() === '') return 'Give every branch a name.'
    for (const item of when.items) {
      if ('value' in item && item.value.trim() === '') return `Branch “${name}”: give every condition a value.`
    }
  }
  return null
}

export const labelKey = ({ category, typeId }: Pick<AssociationLabel, 'category' | 'typeId'>) => `${category} ${typeId}`

/** The target with these labels; those that HubSpot no longer has are kept as they were. */
export function withLabels(choices: MappingChoices, target: Target, keys: readonly string[]): Target {
  const known = [...choices.labels, ...(target.kind === 'labels' ? target.labels : [])]
  const labels = keys.flatMap((key) => known.find((label) => labelKey(label) === key) ?? [])
  return { kind: 'labels', labels }
}

/** An emptied field gives no number. */
export function wholeNumber(value: unknown, least: number, most: number): number {
  const number = Number(value)
  return Number.isFinite(number) ? Math.min(most, Math.max(least, Math.round(number))) : least
}
