import type { Condition, ValueType } from '#shared/contract/enrollment-policy.ts'
import { type ReadValue, readValue } from './read-value.ts'

/** `unknown`: HubSpot has no such property, or its text cannot be read as the condition's type. */
export type Met = 'met' | 'not_met' | 'unknown'

/**
 * A record's properties as HubSpot sent them: null or an empty text for one without a value, nothing at all for one that
 * HubSpot does not have.
 */
export type Properties = Readonly<Record<string, string | null>>

/** The two records a condition may speak of, and the portal's IANA zone, in which a moment has its day. */
export interface Records {
  readonly deal: Properties
  readonly contact: Properties
  readonly timeZone: string
}

/**
 * Whether one condition holds. A property without a value meets `is_unknown` and nothing else, also not `is_not`: HubSpot's
 * own filters leave such records out unless told otherwise (`includeObjectsWithNoValueSet`, HubSpot docs, list filters).
 * Never throws: what cannot be compared is unknown.
 */
export function evaluateCondition(condition: Condition, records: Records): Met {
  const record = records[condition.subject]
  const text = Object.hasOwn(record, condition.property) ? record[condition.property] : undefined
  if (text === undefined) return 'unknown'
  const empty = text === null || text.trim() === ''
  if (!('type' in condition)) return met(empty === (condition.operator === 'is_unknown'))
  if (empty) return 'not_met'
  const found = readValue(condition.type, text)
  if (!found) return 'unknown'
  const values = condition.operator === 'is_one_of' ? condition.values : [condition.value]
  return anyOf(values.map((value) => compare(condition.operator, condition.type, found, value, records.timeZone)))
}

function compare(operator: Condition['operator'], type: ValueType, found: ReadValue, text: string, zone: string): Met {
  const wanted = readValue(type, text)
  if (!wanted) return 'unknown'
  if (operator === 'is_not') return opposite(isSame(found, wanted, zone))
  if (operator === 'is') return isSame(found, wanted, zone)
  if (operator === 'is_one_of') return wanted.type === 'choices' ? holds(found, wanted) : isSame(found, wanted, zone)
  if (operator === 'contains') return holds(found, wanted)
  const fits = ORDER[operator]
  const isNumber = found.type === 'number'
  if (!fits || isNumber !== NUMBER_OPERATORS.has(operator)) return 'unknown'
  const order = orderOf(found, wanted, zone)
  return order === undefined ? 'unknown' : met(fits(order))
}

/** The same choices in any order; the same text, number, day or moment. */
function isSame(found: ReadValue, wanted: ReadValue, zone: string): Met {
  if (found.type === 'text' && wanted.type === 'text') return met(found.text === wanted.text)
  if (found.type === 'boolean' && wanted.type === 'boolean') return met(found.flag === wanted.flag)
  if (found.type === 'choices' && wanted.type === 'choices') {
    return met(found.choices.size === wanted.choices.size && wanted.choices.isSubsetOf(found.choices))
  }
  const order = orderOf(found, wanted, zone)
  return order === undefined ? 'unknown' : met(order === 0)
}

function holds(found: ReadValue, wanted: ReadValue): Met {
  if (found.type === 'text' && wanted.type === 'text') return met(found.text.includes(wanted.text))
  if (found.type === 'choices' && wanted.type === 'choices') return met(wanted.choices.isSubsetOf(found.choices))
  return 'unknown'
}

/** Below, at or above zero as `found` is before, at or after `wanted`; undefined when the two have no order. */
function orderOf(found: ReadValue, wanted: ReadValue, zone: string): number | undefined {
  if (found.type === 'number' && wanted.type === 'number') return Math.sign(found.number - wanted.number)
  if (found.type === 'moment' && wanted.type === 'moment') return Temporal.Instant.compare(found.moment, wanted.moment)
  const foundDay = dayOf(found, zone)
  const wantedDay = dayOf(wanted, zone)
  return foundDay && wantedDay ? Temporal.PlainDate.compare(foundDay, wantedDay) : undefined
}

function dayOf(value: ReadValue, zone: string): Temporal.PlainDate | undefined {
  if (value.type === 'day') return value.day
  if (value.type !== 'moment') return undefined
  try {
    return value.moment.toZonedDateTimeISO(zone).toPlainDate()
  } catch {
    // A zone this machine does not know: the day cannot be told.
    return undefined
  }
}

const ORDER: Partial<Record<Condition['operator'], (order: number) => boolean>> = {
  less_than: (order) => order < 0,
  at_most: (order) => order <= 0,
  more_than: (order) => order > 0,
  at_least: (order) => order >= 0,
  before: (order) => order < 0,
  on_or_before: (order) => order <= 0,
  after: (order) => order > 0,
  on_or_after: (order) => order >= 0,
}

const NUMBER_OPERATORS: ReadonlySet<string> = new Set(['less_than', 'at_most', 'more_than', 'at_least'])

function met(passed: boolean): Met {
  return passed ? 'met' : 'not_met'
}

function opposite(result: Met): Met {
  return result === 'unknown' ? result : met(result === 'not_met')
}

/** Met when one is; otherwise unknown when one is: the unknown one might have been it. */
export function anyOf(results: readonly Met[]): Met {
  if (results.includes('met')) return 'met'
  return results.includes('unknown') ? 'unknown' : 'not_met'
}

/** Not met when one is not; otherwise unknown when one is. */
export function allOf(results: readonly Met[]): Met {
  if (results.includes('not_met')) return 'not_met'
  return results.includes('unknown') ? 'unknown' : 'met'
}
