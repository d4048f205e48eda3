import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideContact } from '#modules/decisions/decide-contact.ts'
import { decideEnrollment, type EnrollmentDecision } from '#modules/decisions/decide-enrollment.ts'
import { ENTRY_CHECKS, type EntryCheck, type EntryFacts, type Verdict } from '#modules/decisions/decide-entry.ts'
import type { EnrollmentFacts, MemberFacts } from '#modules/decisions/enrollment-facts.ts'
import type { Branch, EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import { at, DEMO, failedLines, LARGE, past, SMALL, START, tell } from './entry-story.ts'

const CHAMPION = { category: 'USER_DEFINED', typeId: 36, label: 'Champion' } as const
const BUYER = { category: 'USER_DEFINED', typeId: 37, label: 'Buyer' } as const
const A_REP = { changeSource: 'CRM_UI', sourceId: 'userId:9' }
const OURSELVES = { changeSource: 'INTEGRATION', sourceId: '1160452' }
const sequenceId = fc.constantFrom(DEMO, LARGE, SMALL)
const often = fc.oneof({ weight: 20, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) })

const condition = fc.oneof(
  fc.record({
    subject: fc.constantFrom('deal' as const, 'contact' as const),
    property: fc.constantFrom('amount', 'country', 'gone'),
    type: fc.constantFrom('number' as const, 'text' as const, 'choices' as const, 'date' as const),
    operator: fc.constantFrom('is' as const, 'is_not' as const, 'at_least' as const, 'contains' as const),
    value: fc.constantFrom('10', 'Germany', '2026-11-01'),
  }),
  fc.record({
    subject: fc.constantFrom('deal' as const, 'contact' as const),
    property: fc.constantFrom('amount', 'country'),
    operator: fc.constantFrom('is_known' as const, 'is_unknown' as const),
  }),
)
const match = fc.constantFrom('all' as const, 'any' as const)
const group = fc.record({ match, conditions: fc.array(condition, { minLength: 1, maxLength: 3 }) })
const branch: fc.Arbitrary<Branch> = fc.record({
  name: fc.constantFrom('A', 'B', 'C'),
  when: fc.record({ match, items: fc.array(fc.oneof(condition, group), { minLength: 1, maxLength: 3 }) }),
  sequenceId: fc.option(sequenceId),
})
const policy: fc.Arbitrary<EnrollmentPolicy> = fc.record({
  target: fc.constantFrom<EnrollmentPolicy['target'][]>(
    { kind: 'all' },
    { kind: 'primary' },
    { kind: 'labels', labels: [CHAMPION, BUYER] },
  ),
  branches: fc.array(branch, { maxLength: 3, size: 'small' }),
  otherwise: fc.constantFrom('mapped_sequence', 'nobody'),
  dwellMinutes: fc.constantFrom(0, 5, 15),
  passingThrough: fc.constantFrom('nobody', 'enroll'),
  movingBack: fc.constantFrom('enroll', 'nobody'),
  reEntry: fc.constantFrom('once', 'once_at_a_time', 'every_entry'),
  coolDownDays: fc.constantFrom(0, 1, 7),
  exclusive: fc.boolean(),
  bulkLimit: fc.option(fc.record({ entries: fc.constantFrom(1, 50), minutes: fc.constant(10) })),
})

const pastEnrollment = fc
  .tuple(fc.integer({ min: -20_000, max: 10 }), fc.option(fc.integer({ min: 0, max: 3000 })), sequenceId, often)
  .map(([from, length, id, here]) =>
    past(from, length === null ? null : from + length, { sequenceId: id, dealId: here ? '900' : '901' }),
  )
const properties = fc.record({
  amount: fc.constantFrom(null, '', '9', '10', 'much'),
  country: fc.constantFrom(null, 'Germany', 'France', '2026-11-01'),
})
const memberFacts: fc.Arbitrary<Partial<MemberFacts>> = fc.record({
  contactId: fc.constantFrom('51', '52', '53'),
  exists: often,
  email: often.chain((yes) => fc.constantFrom(...(yes ? (['present'] as const) : (['missing', 'invalid'] as const)))),
  suppression: often.map((yes) => (yes ? undefined : 'unsubscribed')),
  optedOut: often.map((yes) => !yes),
  primary: fc.boolean(),
  labels: fc.subarray([CHAMPION, BUYER]),
  properties,
  enrollments: fc.array(pastEnrollment, { maxLength: 2 }),
})
const facts: fc.Arbitrary<EnrollmentFacts> = fc
  .record({
    moves: fc.constantFrom('lead@0 demo@10', 'offer@0 demo@10', 'demo@10', 'lead@0 demo@10 offer@20', 'demo@5 demo@10'),
    now: fc.constantFrom(11, 20, 40, 60, 90),
    contacts: fc.array(memberFacts, { maxLength: 3, size: 'max' }),
    facts: fc.record({
      dealProperties: properties,
      bulk: fc.record({
        entries: fc.constantFrom(1, 1, 51),
        answer: fc.constantFrom<EnrollmentFacts['bulk']['answer'][]>('none', 'none', 'none', 'approved', 'refused'),
      }),
      source: fc.constantFrom(null, A_REP, A_REP, A_REP, A_REP, OURSELVES),
      connectedAt: often.map((before) => (before ? START : at(5000))),
      mapping: often
        .chain((active) => fc.option(fc.record({ sequenceId, active: fc.constant(active) }), { freq: 20 }))
        .map((mapping) => mapping ?? undefined),
    }),
  })
  .map((story) => tell({ ...story, event: 'demo@10' }))

const RUNS = { seed: 1616, numRuns: 1500 }

function enrolledContacts(decision: EnrollmentDecision): string[] {
  return decision.outcome === 'enrolled' ? decision.enrollments.map(({ contactId }) => contactId) : []
}

test('the generated entries reach every outcome, so that the properties below speak of something', () => {
  const decided = fc.sample(fc.tuple(policy, facts), { seed: 1616, numRuns: 1500 })
  const outcomes = decided.map(([rules, known]) => decideEnrollment(rules, known).outcome)
  const rare = ['enrolled', 'parked', 'awaiting_approval', 'not_enrolled'].filter(
    (outcome) => outcomes.filter((found) => found === outcome).length < 40,
  )
  expect(rare).toEqual([])
})

test('the same facts give the same decision, and deciding changes nothing', () => {
  fc.assert(
    fc.property(policy, facts, (rules, known) => {
      const before = JSON.stringify([rules, known])
      expect(decideEnrollment(rules, known)).toEqual(decideEnrollment(rules, known))
      expect(JSON.stringify([rules, known])).toBe(before)
    }),
    RUNS,
  )
})

test('the trace is complete: it ends with the line that decided, and every line and sentence says something', () => {
  fc.assert(
    fc.property(policy, facts, (rules, known) => {
      const decision = decideEnrollment(rules, known)
      const stories = decision.contacts.length > 0 ? decision.contacts : [decision]
      for (const { reason, trace, nearestChange } of stories) {
        expect(failedLines(trace)).toBe(reason === 'enrolled' ? 'none' : 'the last')
        for (const line of trace)
          expect(Math.min(line.condition.length, line.expected.length, line.actual.length)).toBeGreaterThan(0)
        expect(nearestChange).toMatch(/^[A-Z].*\.$/)
      }
      for (const contact of decision.contacts)
        expect(contact.trace.slice(0, decision.trace.length)).toEqual(decision.trace)
    }),
    RUNS,
  )
})

test('one entry starts at most one sequence for a contact, always an active one, and none for our own writes', () => {
  fc.assert(
    fc.property(policy, facts, (rules, known) => {
      const decision = decideEnrollment(rules, known)
      const enrolled = enrolledContacts(decision)
      expect(new Set(enrolled).size).toBe(enrolled.length)
      if (decision.outcome !== 'enrolled') return
      expect(known.source?.changeSource).not.toBe('INTEGRATION')
      for (const plan of decision.enrollments) {
        expect(known.sequences.get(plan.sequenceId)).toMatchObject({ status: 'active', version: plan.version })
      }
      // Told again after it was done, the entry starts nothing more.
      const contacts = known.contacts.map((contact) => ({
        ...contact,
        enrollments: [...contact.enrollments, past(10, 11)],
      }))
      expect(enrolledContacts(decideEnrollment(rules, { ...known, contacts }))).toEqual([])
    }),
    RUNS,
  )
})

const stricter = fc.constantFrom<((rules: EnrollmentPolicy) => EnrollmentPolicy)[]>(
  (rules) => ({ ...rules, dwellMinutes: rules.dwellMinutes + 10 }),
  (rules) => ({ ...rules, passingThrough: 'nobody' }),
  (rules) => ({ ...rules, movingBack: 'nobody' }),
  (rules) => ({ ...rules, reEntry: rules.reEntry === 'every_entry' ? 'once_at_a_time' : 'once' }),
  (rules) => ({ ...rules, coolDownDays: rules.coolDownDays + 3 }),
  (rules) => ({ ...rules, exclusive: true }),
  (rules) => ({ ...rules, bulkLimit: { entries: 1, minutes: 10 } }),
  (rules) => ({ ...rules, target: rules.target.kind === 'all' ? { kind: 'primary' } : rules.target }),
  (rules) => ({
    ...rules,
    target: rules.target.kind === 'primary' ? rules.target : { kind: 'labels', labels: [CHAMPION] },
  }),
  (rules) => ({ ...rules, otherwise: 'nobody' }),
  (rules) => ({ ...rules, branches: rules.branches.map((one) => ({ ...one, sequenceId: null })) }),
)

test('a stricter policy never enrolls a contact that the looser one did not', () => {
  fc.assert(
    fc.property(policy, facts, stricter, (rules, known, tighten) => {
      const loose = new Set(enrolledContacts(decideEnrollment(rules, known)))
      for (const contactId of enrolledContacts(decideEnrollment(tighten(rules), known)))
        expect(loose).toContain(contactId)
    }),
    RUNS,
  )
})

test('without a policy it decides as before', () => {
  fc.assert(
    fc.property(facts, (all) => {
      const known = { ...all, source: null, contacts: all.contacts.map((contact) => ({ ...contact, enrollments: [] })) }
      const contacts = [...new Map(known.contacts.map((contact) => [contact.contactId, contact])).values()]
      const sequence = known.mapping && known.sequences.get(known.mapping.sequenceId)
      const entry = decideEntry({ ...known, sequence, contactCount: contacts.length })
      const decision = decideEnrollment(DEFAULT_POLICY, known)
      expect(decision.trace).toEqual(entry.trace)
      if (entry.outcome !== 'enrolled') {
        expect(decision).toMatchObject({ outcome: entry.outcome, reason: entry.reason })
        return
      }
      const verdicts = contacts.map((contact) => decideContact({ ...contact, alreadyEnrolled: false }).reason)
      expect(decision.contacts.map(({ reason }) => reason)).toEqual(verdicts)
    }),
    RUNS,
  )
})

/** How an entry was decided before mappings had rules: the first condition that fails names the reason. */
function decideEntry(facts: EntryFacts): Verdict {
  const trace: Verdict['trace'] = []
  const checks: readonly EntryCheck[] = Object.values(ENTRY_CHECKS)
  for (const { condition, reason, look } of checks) {
    const line = look(facts)
    trace.push({ condition, ...line })
    if (!line.passed) return { outcome: reason === 'no_contact' ? 'parked' : 'not_enrolled', reason, trace }
  }
  return { outcome: 'enrolled', reason: 'enrolled', trace }
}
