import { expect, test } from 'vitest'
import { chooseArm } from '#modules/step-facts/choose-arm.ts'
import type { StepFacts } from '#modules/step-facts/step-facts.ts'
import type { BranchStep } from '#shared/contract/step-branch.ts'
import type { StepCondition } from '#shared/contract/step-conditions.ts'
import { LARGE } from '#test/support/steering.ts'

const facts = (given: Partial<StepFacts> = {}): StepFacts => ({
  ...{ deal: { amount: '12000' }, contact: { city: 'Oslo' }, timeZone: 'Europe/Berlin' },
  ...{ labels: [], reply: 'none', clicked: false },
  ...given,
})

const arm = (name: string, leadsTo: string, ...items: StepCondition[]): BranchStep['arms'][number] => ({
  name,
  when: { match: 'all', items },
  leadsTo,
})

const step = (...arms: BranchStep['arms']): BranchStep => ({ id: 'x', kind: 'branch', arms, otherwise: 'other' })

const CHAMPION = { category: 'USER_DEFINED', typeId: 36, label: 'Champion' } as const

test('the first case that applies is taken, with what was found for its conditions', () => {
  const unanswered: StepCondition = { subject: 'reply', operator: 'is', value: 'none' }
  expect(chooseArm(step(arm('Big', 'a', LARGE, unanswered), arm('Any', 'b', LARGE)), facts())).toEqual({
    kind: 'known',
    leadsTo: 'a',
    told: 'took “Big”',
    took: '1',
    why: 'Took “Big”: deal “amount” 12000 (expected at least 10000), reply none so far (expected none so far).',
  })
})

test.each<[what: string, condition: StepCondition, given: Partial<StepFacts>, taken: boolean]>([
  ['a label', { subject: 'label', operator: 'has', label: CHAMPION }, { labels: [CHAMPION] }, true],
  ['no label', { subject: 'label', operator: 'has_not', label: CHAMPION }, {}, true],
  [
    'another label',
    { subject: 'label', operator: 'has', label: CHAMPION },
    { labels: [{ ...CHAMPION, typeId: 37 }] },
    false,
  ],
  ['an answer by a person', { subject: 'reply', operator: 'is', value: 'human' }, { reply: 'human' }, true],
  ['no answer by a person', { subject: 'reply', operator: 'is_not', value: 'human' }, { reply: 'automatic' }, true],
  ['an answer by a program', { subject: 'reply', operator: 'is', value: 'automatic' }, { reply: 'none' }, false],
  ['a click', { subject: 'click', operator: 'has' }, { clicked: true }, true],
  ['no click', { subject: 'click', operator: 'has_not' }, { clicked: true }, false],
])('%s', (_what, condition, given, taken) => {
  expect(chooseArm(step(arm('It', 'a', condition)), facts(given))).toMatchObject({ leadsTo: taken ? 'a' : 'other' })
})

test('a value of a contact is not written down: it would outlive an erasure', () => {
  const city: StepCondition = { subject: 'contact', property: 'city', type: 'text', operator: 'is', value: 'Bergen' }
  const choice = chooseArm(step(arm('Bergen', 'a', city)), facts())
  expect(choice.why).toBe('No case applies. “Bergen”: contact “city” another value (expected Bergen).')
})

test('a case that cannot be told ends the search: the ones after it might mail somebody it leads elsewhere', () => {
  const odd: StepCondition = { ...LARGE, property: 'gone' } as StepCondition
  expect(chooseArm(step(arm('Odd', 'a', odd), arm('Any', 'b', LARGE)), facts())).toEqual({
    kind: 'unknown',
    why: 'Whether “Odd” applies cannot be told: deal “gone”: HubSpot has no such property. Correct it in HubSpot, or skip this step.',
  })
})

test('no more than three conditions are listed', () => {
  const other: StepCondition = { subject: 'reply', operator: 'is', value: 'none' }
  const choice = chooseArm(step(arm('All', 'a', LARGE, other, LARGE, other, other)), facts())
  expect(choice.why).toMatch(/, and 2 more\.$/)
})
