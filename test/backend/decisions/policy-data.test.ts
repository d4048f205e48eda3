import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { checkPolicy } from '#modules/decisions/check-policy.ts'
import { countBulkEntries } from '#modules/decisions/count-bulk-entries.ts'
import { type Condition, EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import { at, LARGE } from './entry-story.ts'

const amount = { subject: 'deal', property: 'amount', type: 'number' } as const
const condition = { ...amount, operator: 'at_least', value: '10' } as const
const inner = { match: 'any', conditions: [condition] } as const
const withItems = (...items: unknown[]) => ({
  ...DEFAULT_POLICY,
  branches: [{ name: 'Large', when: { match: 'all', items }, sequenceId: LARGE }],
})

test('the schema takes the default and two levels, and refuses a third, an unknown word and a stray field', () => {
  expect(Value.Check(EnrollmentPolicy, DEFAULT_POLICY)).toBe(true)
  expect(Value.Check(EnrollmentPolicy, withItems(condition, inner))).toBe(true)
  expect(Value.Check(EnrollmentPolicy, withItems({ match: 'any', conditions: [inner] }))).toBe(false)
  expect(Value.Check(EnrollmentPolicy, withItems({ ...condition, operator: 'resembles' }))).toBe(false)
  expect(Value.Check(EnrollmentPolicy, withItems({ ...condition, property: 'a b' }))).toBe(false)
  expect(Value.Check(EnrollmentPolicy, withItems())).toBe(false)
  expect(Value.Check(EnrollmentPolicy, { ...DEFAULT_POLICY, portalId: 1 })).toBe(false)
  expect(Value.Check(EnrollmentPolicy, { ...DEFAULT_POLICY, dwellMinutes: -1 })).toBe(false)
})

test.each<[Condition, string]>([
  [{ ...condition, operator: 'contains' }, 'this comparison does not work with the type number'],
  [{ ...condition, operator: 'before' }, 'this comparison does not work with the type number'],
  [{ ...amount, type: 'boolean', operator: 'is_one_of', values: ['true'] }, 'does not work with the type boolean'],
  [{ ...condition, value: 'ten' }, '“ten” is not a number such as 1500.50'],
  [{ ...condition, type: 'boolean', operator: 'is', value: 'yes' }, '“yes” is not “true” or “false”'],
  [{ ...condition, type: 'date', operator: 'before', value: '30.11.2026' }, 'is not a day such as 2026-11-30'],
  [{ ...condition, type: 'text', operator: 'is', value: 'a\0b' }, 'is not a text'],
  [{ ...amount, operator: 'is_one_of', values: ['1', 'two'] }, '“two” is not a number'],
])('%o is refused: %s', (fault, sentence) => {
  const named = (field: string) => ({ code: 'invalid_input', field, message: expect.stringContaining(sentence) })
  const policy = Value.Parse(EnrollmentPolicy, withItems(condition, fault))
  expect(() => checkPolicy(policy)).toThrow(expect.objectContaining(named('branches.0.when.items.1')))
  const nested = Value.Parse(EnrollmentPolicy, withItems({ match: 'any', conditions: [condition, fault] }))
  expect(() => checkPolicy(nested)).toThrow(expect.objectContaining(named('branches.0.when.items.0.conditions.1')))
})

test('a policy whose values can all be read is fine', () => {
  const known = { subject: 'contact', property: 'country', operator: 'is_known' } as const
  expect(() => checkPolicy(Value.Parse(EnrollmentPolicy, withItems(condition, inner, known)))).not.toThrow()
})

test('a bulk change is counted by source, before and after the entry', () => {
  const rep = { changeSource: 'CRM_UI', sourceId: 'userId:9' }
  const run = (id: number) => ({ changeSource: 'AUTOMATION_PLATFORM', sourceId: `enrollmentId:${id};action:0` })
  const entries = [
    { ...rep, at: at(0) },
    { ...rep, at: at(10) },
    { ...rep, at: at(20) },
    { ...rep, at: at(20.1) },
    { changeSource: 'CRM_UI', sourceId: 'userId:8', at: at(10) },
    { changeSource: 'IMPORT', sourceId: '77', at: at(10) },
    { changeSource: 'IMPORT', sourceId: '78', at: at(10) },
    { ...run(1), at: at(10) },
    { ...run(2), at: at(11) },
    { changeSource: null, sourceId: null, at: at(10) },
  ]
  const count = (source: { changeSource: string | null; sourceId: string | null }, minutes = 10) =>
    countBulkEntries(entries, { ...source, at: at(10) }, minutes)
  expect(count(rep)).toBe(3)
  expect(count(rep, 1)).toBe(1)
  expect(count({ changeSource: 'IMPORT', sourceId: '77' })).toBe(1)
  // Each run of a workflow may name itself: together they are one change.
  expect(count(run(3))).toBe(2)
  expect(count({ changeSource: null, sourceId: null })).toBe(1)
})
