import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluateCondition, type Met } from '#modules/decisions/evaluate-condition.ts'
import type { Condition, ValueType } from '#shared/contract/enrollment-policy.ts'

type Operator = Exclude<Condition['operator'], 'is_known' | 'is_unknown' | 'is_one_of'>

function compare(type: ValueType, found: string | null, operator: Operator, value: string, timeZone = 'UTC'): Met {
  const condition = { subject: 'deal', property: 'field', type, operator, value } as const
  return evaluateCondition(condition, { deal: { field: found }, contact: {}, timeZone })
}

test.each<[ValueType, string, Operator, string, Met]>([
  ['text', 'Renewal', 'is', ' renewal ', 'met'],
  ['text', 'Ménière', 'is', 'Me\u0301nie\u0300re', 'met'],
  ['text', 'Renewal', 'is_not', 'new', 'met'],
  ['text', 'Old  Renewal 2026', 'contains', 'old renewal', 'met'],
  ['text', '10', 'less_than', '9', 'unknown'],
  ['number', '500', 'is', '500.00', 'met'],
  ['number', '9', 'less_than', '10', 'met'],
  ['number', '10', 'less_than', '10', 'not_met'],
  ['number', '10', 'at_most', '10', 'met'],
  ['number', '1.5e3', 'more_than', '1499.99', 'met'],
  ['number', '-0.5', 'at_least', '0', 'not_met'],
  ['number', 'about 10', 'is', '10', 'unknown'],
  ['number', '0x10', 'is', '16', 'unknown'],
  ['number', '1e999', 'more_than', '1', 'unknown'],
  ['number', '10', 'before', '20', 'unknown'],
  ['number', '10', 'contains', '1', 'unknown'],
  ['boolean', 'true', 'is', 'True', 'met'],
  ['boolean', 'false', 'is_not', 'true', 'met'],
  ['boolean', 'yes', 'is', 'true', 'unknown'],
  ['choices', 'a;b', 'is', 'b;a', 'met'],
  ['choices', 'a;b', 'is', 'a', 'not_met'],
  ['choices', 'a; b ;', 'contains', 'b', 'met'],
  ['choices', 'ab', 'contains', 'a', 'not_met'],
  ['choices', 'A', 'is', 'a', 'not_met'],
  ['choices', ';', 'is', 'a', 'unknown'],
  ['date', '1793491200000', 'is', '2026-11-01', 'met'],
  ['date', '2026-11-01', 'before', '2026-11-02', 'met'],
  ['date', '2026-11-01T00:00:00Z', 'on_or_after', '2026-11-01', 'met'],
  ['date', '2026-02-30', 'is', '2026-03-02', 'unknown'],
  ['date', '2026', 'after', '2025-01-01', 'unknown'],
  ['date', '2026-11-01', 'less_than', '2026-11-02', 'unknown'],
  ['datetime', '2026-11-01T09:00:00.000Z', 'after', '2026-11-01T08:59Z', 'met'],
  ['datetime', '2026-11-01T09:00:00Z', 'is', '2026-11-01T10:00+01:00', 'met'],
  ['datetime', '99999999999999999999', 'after', '2026-11-01', 'unknown'],
])('%s “%s” %s “%s”: %s', (type, found, operator, value, expected) => {
  expect(compare(type, found, operator, value)).toBe(expected)
})

test('a moment has its day in the portal’s zone, a day has no zone', () => {
  const lateEvening = '2026-11-01T23:30:00Z'
  expect(compare('datetime', lateEvening, 'is', '2026-11-01', 'UTC')).toBe('met')
  expect(compare('datetime', lateEvening, 'is', '2026-11-02', 'Europe/Berlin')).toBe('met')
  expect(compare('date', '1793491200000', 'is', '2026-11-01', 'America/Los_Angeles')).toBe('met')
  expect(compare('datetime', lateEvening, 'is', '2026-11-01', 'Mars/Olympus')).toBe('unknown')
})

test('one of several: any of them, for choices any that is chosen', () => {
  const oneOf = (type: ValueType, found: string, values: string[]) =>
    evaluateCondition(
      { subject: 'contact', property: 'field', type, operator: 'is_one_of', values },
      { deal: {}, contact: { field: found }, timeZone: 'UTC' },
    )
  expect(oneOf('text', 'b', ['a', 'B'])).toBe('met')
  expect(oneOf('choices', 'x;b', ['a', 'b'])).toBe('met')
  expect(oneOf('number', '3', ['1', '2'])).toBe('not_met')
  expect(oneOf('number', '3', ['1', 'two'])).toBe('unknown')
})

test('without a value only “has no value” holds; without the property nothing can be told', () => {
  for (const empty of [null, '', '  ']) {
    const records = { deal: { field: empty }, contact: {}, timeZone: 'UTC' }
    const subject = { subject: 'deal', property: 'field' } as const
    expect(evaluateCondition({ ...subject, operator: 'is_unknown' }, records)).toBe('met')
    expect(evaluateCondition({ ...subject, operator: 'is_known' }, records)).toBe('not_met')
    expect(compare('text', empty, 'is_not', 'x')).toBe('not_met')
  }
  const records = { deal: {}, contact: {}, timeZone: 'UTC' }
  for (const property of ['field', 'constructor', '__proto__']) {
    for (const operator of ['is_known', 'is_unknown'] as const) {
      expect(evaluateCondition({ subject: 'deal', property, operator }, records)).toBe('unknown')
    }
  }
})

const TYPES = ['text', 'number', 'date', 'datetime', 'boolean', 'choices'] as const
const OPERATORS = [
  'is',
  'is_not',
  'contains',
  'less_than',
  'at_most',
  'more_than',
  'at_least',
  'before',
  'after',
] as const
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '2026-11-01',
    '1793491200000',
    '-271821-04-20',
    '+275760-09-13T00:00Z',
    'NaN',
    'Infinity',
    '1;2',
    'true',
  ),
)

test('any text is compared without an exception, and “is not” is never met together with “is”', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), fc.constantFrom(...OPERATORS), anyText, anyText, (type, operator, a, b) => {
      expect(['met', 'not_met', 'unknown']).toContain(compare(type, a, operator, b, 'Europe/Berlin'))
      const is = compare(type, a, 'is', b)
      const isNot = compare(type, a, 'is_not', b)
      expect(is === 'met' && isNot === 'met').toBe(false)
      if (a.trim() !== '' && is !== 'unknown') expect(isNot).not.toBe(is)
    }),
    { seed: 16, numRuns: 3000 },
  )
})

test('numbers are ordered as numbers', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (a, b) => {
        expect(compare('number', String(a), 'less_than', String(b)) === 'met').toBe(a < b)
        expect(compare('number', String(a), 'at_least', String(b)) === 'met').toBe(a >= b)
      },
    ),
    { seed: 17, numRuns: 500 },
  )
})
