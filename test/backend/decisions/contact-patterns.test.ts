import { expect, test } from 'vitest'
import { decideEnrollment } from '#modules/decisions/decide-enrollment.ts'
import type { Branch, Condition } from '#shared/contract/enrollment-policy.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import { DEMO, expectDecision, LARGE, type Pattern, past, SMALL, type Story, tell } from './entry-story.ts'

const STAY = 'Had the deal left “Demo” before it was decided, nobody would have been enrolled.'
const CHAMPION = { category: 'USER_DEFINED', typeId: 36, label: 'Champion' } as const
const champions = { target: { kind: 'labels' as const, labels: [CHAMPION] } }
const primary = { target: { kind: 'primary' as const } }
const exclusive = { exclusive: true }
const week = { coolDownDays: 7 }
const day = 24 * 60

const amount: Condition = { subject: 'deal', property: 'amount', type: 'number', operator: 'at_least', value: '1000' }
const germany: Condition = { subject: 'contact', property: 'country', type: 'text', operator: 'is', value: 'Germany' }
const owned: Condition = { subject: 'deal', property: 'owner', operator: 'is_known' }
const branch = (name: string, sequenceId: string | null, ...items: Condition[]): Branch => ({
  name,
  when: { match: 'all', items },
  sequenceId,
})
const large = { branches: [branch('Large', LARGE, amount)] }
const noGermans = { branches: [branch('Not Germany', null, germany)] }

const enters = (contacts: Story['contacts'], dealProperties = {}): Story => ({
  moves: 'lead@0 demo@10',
  ...(contacts ? { contacts } : {}),
  facts: { dealProperties },
})

const PATTERNS: Pattern[] = [
  // Who of the deal
  ['its only contact counts as primary', primary, enters([{}]), 'enrolled', 'enrolled', STAY],
  [
    'two contacts, none primary',
    primary,
    enters([{}, {}]),
    'parked',
    'no_target_contact',
    'Make a contact of the deal the primary contact.',
  ],
  ['two contacts, one primary', primary, enters([{}, { primary: true }]), 'enrolled', 'enrolled', STAY],
  [
    'a label nobody has',
    champions,
    enters([{}]),
    'parked',
    'no_target_contact',
    'Make a contact of the deal a contact labeled Champion.',
  ],
  [
    'a label with the same number, but HubSpot’s own',
    champions,
    enters([{ labels: [{ category: 'HUBSPOT_DEFINED', typeId: 36 }] }]),
    'parked',
    'no_target_contact',
    'Make a contact of the deal a contact labeled Champion.',
  ],
  [
    'the only champion has no address',
    champions,
    enters([{ labels: [CHAMPION], email: 'missing' }]),
    'not_enrolled',
    'no_email',
    'Give the contact an e-mail address in HubSpot.',
  ],

  // The contact itself
  [
    'a contact that is gone',
    {},
    enters([{ exists: false }]),
    'not_enrolled',
    'contact_gone',
    'Restore the contact in HubSpot.',
  ],
  [
    'a contact on the do-not-mail list',
    {},
    enters([{ suppression: 'unsubscribed' }]),
    'not_enrolled',
    'suppressed',
    'If the person wants mail again, take the address off the do-not-mail list.',
  ],
  [
    'a contact that opted out in HubSpot',
    {},
    enters([{ optedOut: true }]),
    'not_enrolled',
    'opted_out',
    'The person must opt in to e-mail again in HubSpot.',
  ],

  // Its past
  [
    'in another sequence, exclusively',
    exclusive,
    enters([{ enrollments: [past(0, null, { sequenceId: LARGE })] }]),
    'not_enrolled',
    'in_other_sequence',
    'Wait until the other sequence ends for this contact, or stop it.',
  ],
  [
    'in the same sequence through another deal, exclusively',
    exclusive,
    enters([{ enrollments: [past(0, null, { dealId: '901' })] }]),
    'not_enrolled',
    'in_other_sequence',
    'Wait until the other sequence ends for this contact, or stop it.',
  ],
  [
    'another sequence that ended, exclusively',
    exclusive,
    enters([{ enrollments: [past(0, 5, { sequenceId: LARGE })] }]),
    'enrolled',
    'enrolled',
    STAY,
  ],
  [
    'in another sequence, not exclusively',
    {},
    enters([{ enrollments: [past(0, null, { sequenceId: LARGE })] }]),
    'enrolled',
    'enrolled',
    STAY,
  ],
  [
    'mailed a day ago, cool-down a week',
    week,
    enters([{ enrollments: [past(-2 * day, -day, { sequenceId: LARGE, dealId: '901' })] }]),
    'not_enrolled',
    'cooling_down',
    'From 2026-11-26 09:00 (UTC) on the contact can enter a sequence again.',
  ],
  [
    'mailed a week ago, cool-down a week',
    week,
    enters([{ enrollments: [past(-9 * day, 10 - 7 * day)] }]),
    'enrolled',
    'enrolled',
    STAY,
  ],
  [
    'in a sequence now, cool-down a week',
    week,
    enters([{ enrollments: [past(0, null, { sequenceId: LARGE })] }]),
    'not_enrolled',
    'cooling_down',
    'The contact is in a sequence now; 7 days after its end it can enter another.',
  ],

  // Branches
  [
    'a branch that applies',
    large,
    enters([{}], { amount: '1000' }),
    'enrolled',
    'enrolled',
    'The branch “Large” would not have applied if deal “amount” is not at least 1000.',
  ],
  [
    'no branch that applies, then the mapped sequence',
    large,
    enters([{}], { amount: '999.99' }),
    'enrolled',
    'enrolled',
    STAY,
  ],
  [
    'no branch that applies, then nobody',
    { ...large, otherwise: 'nobody' },
    enters([{}], { amount: '999' }),
    'not_enrolled',
    'no_branch',
    'The branch “Large” would apply if deal “amount” is at least 1000.',
  ],
  [
    'a branch for a value the deal lacks',
    { ...large, otherwise: 'nobody' },
    enters([{}], { amount: null }),
    'not_enrolled',
    'no_branch',
    'The branch “Large” would apply if deal “amount” is at least 1000.',
  ],
  [
    'a branch for nobody',
    noGermans,
    enters([{ properties: { country: 'germany' } }]),
    'not_enrolled',
    'branch_nobody',
    'The branch “Not Germany” would not apply if contact “country” is not Germany.',
  ],
  [
    'a branch for nobody whose property was deleted',
    noGermans,
    enters([{}]),
    'not_enrolled',
    'branch_unknown',
    'Correct the branch “Not Germany” or the value in HubSpot (contact “country”: HubSpot has no such property).',
  ],
  [
    'a value that is no number',
    large,
    enters([{}], { amount: 'much' }),
    'not_enrolled',
    'branch_unknown',
    'Correct the branch “Large” or the value in HubSpot (deal “amount”: a value that cannot be compared as number).',
  ],
  [
    'the nearest of two branches',
    { branches: [branch('Both', LARGE, amount, owned), branch('One', SMALL, owned)], otherwise: 'nobody' },
    enters([{}], { amount: '1', owner: '' }),
    'not_enrolled',
    'no_branch',
    'The branch “One” would apply if deal “owner” has a value.',
  ],
  [
    'no branch at all and nobody otherwise',
    { otherwise: 'nobody' },
    enters([{}]),
    'not_enrolled',
    'no_branch',
    'Give the mapping a branch with a sequence that applies here.',
  ],
]

test.each(PATTERNS)('a deal with %s', (_name, ...pattern) => expectDecision(...pattern))

test('of two branches that match the first decides, each contact for itself', () => {
  const facts = tell(
    enters([{ properties: { country: 'Germany' } }, { properties: { country: 'France' } }], { amount: '5000' }),
  )
  const branches = [branch('Large', LARGE, amount, germany), branch('Also large', SMALL, amount)]
  const decision = decideEnrollment({ ...DEFAULT_POLICY, branches }, facts)
  expect(decision).toMatchObject({
    outcome: 'enrolled',
    enrollments: [
      { contactId: '51', sequenceId: LARGE },
      { contactId: '52', sequenceId: SMALL },
    ],
  })
})

test('a branch whose sequence is paused enrolls nobody and does not fall through to the next', () => {
  const facts = tell(enters([{}], { amount: '5000' }))
  const sequences = new Map([...facts.sequences, [LARGE, { name: 'Large deals', status: 'paused', version: 1 }]])
  const decision = decideEnrollment({ ...DEFAULT_POLICY, ...large }, { ...facts, sequences })
  expect(decision).toMatchObject({
    outcome: 'not_enrolled',
    reason: 'sequence_not_active',
    nearestChange: 'Activate “Large deals”, then move the deal out of the stage and back.',
  })
})

test('groups: all of the outer, any of the inner, every condition in the trace with its value', () => {
  const facts = tell(enters([{ properties: { country: 'France' } }], { amount: '5000', owner: '' }))
  const inner = { match: 'any' as const, conditions: [owned, germany] }
  const grouped: Branch = { name: 'Grouped', when: { match: 'all', items: [amount, inner] }, sequenceId: LARGE }
  const decision = decideEnrollment({ ...DEFAULT_POLICY, branches: [grouped], otherwise: 'nobody' }, facts)
  expect(decision.nearestChange).toBe('The branch “Grouped” would apply if deal “owner” has a value.')
  expect(decision.contacts[0]?.trace.filter((line) => line.condition.startsWith('Branch'))).toEqual([
    { condition: 'Branch “Grouped”: deal “amount”', expected: 'at least 1000', actual: '5000', passed: true },
    { condition: 'Branch “Grouped”: deal “owner”', expected: 'has a value', actual: 'no value', passed: false },
    // A person's value stays out of the trace, which is kept when the person is erased.
    { condition: 'Branch “Grouped”: contact “country”', expected: 'Germany', actual: 'another value', passed: false },
  ])
})

test('a contact that is listed twice is enrolled once', () => {
  const decision = decideEnrollment(DEFAULT_POLICY, tell(enters([{ contactId: '51' }, { contactId: '51' }])))
  expect(decision).toMatchObject({ enrollments: [{ contactId: '51', sequenceId: DEMO }] })
  expect(decision.contacts).toHaveLength(1)
})
