import type { Condition } from '#shared/contract/enrollment-policy.ts'
import type { Met, Records } from './evaluate-condition.ts'

/** `deal “amount”`: HubSpot's internal name, for a label may be renamed or used twice. */
export function describeProperty(condition: Condition): string {
  return `${condition.subject} “${condition.property}”`
}

/** `at least 10000`, `one of a, b`, `has a value`. */
export function describeExpected(condition: Condition): string {
  switch (condition.operator) {
    case 'is_known':
      return 'has a value'
    case 'is_unknown':
      return 'has no value'
    case 'is_one_of':
      return `one of ${condition.values.join(', ')}`
    case 'is':
      return condition.value
    default:
      return `${WORDS[condition.operator]} ${condition.value}`
  }
}

/**
 * What was found, for the trace. Of a contact only what the rule itself says is written down: a trace is kept when a person is
 * erased, so it must not hold a value of the person.
 */
export function describeActual(condition: Condition, records: Records, result: Met): string {
  const record = records[condition.subject]
  const text = Object.hasOwn(record, condition.property) ? record[condition.property] : undefined
  if (text === undefined) return 'HubSpot has no such property'
  if (text === null || text.trim() === '') return 'no value'
  if (result === 'unknown') return `a value that cannot be compared as ${'type' in condition ? condition.type : 'text'}`
  if (condition.subject === 'deal') return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  if (condition.operator === 'is_known' || condition.operator === 'is_unknown') return 'has a value'
  return result === 'met' ? describeExpected(condition) : 'another value'
}

/** `deal “amount” is at least 10000`, or the opposite of it. */
export function describeDemand(condition: Condition, wanted: boolean): string {
  const property = describeProperty(condition)
  if (condition.operator === 'is_known' || condition.operator === 'is_unknown') {
    const value = (condition.operator === 'is_known') === wanted
    return `${property} ${value ? 'has a value' : 'has no value'}`
  }
  if (condition.operator === 'is_not') return `${property} is ${wanted ? 'not ' : ''}${condition.value}`
  if (condition.operator === 'contains') {
    return `${property} ${wanted ? 'contains' : 'does not contain'} ${condition.value}`
  }
  return `${property} is ${wanted ? '' : 'not '}${describeExpected(condition)}`
}

const LONGEST = 80

const WORDS = {
  is_not: 'not',
  contains: 'contains',
  less_than: 'less than',
  at_most: 'at most',
  more_than: 'more than',
  at_least: 'at least',
  before: 'before',
  on_or_before: 'on or before',
  after: 'after',
  on_or_after: 'on or after',
} as const
