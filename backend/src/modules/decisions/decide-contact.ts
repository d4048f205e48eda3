import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { ContactReason } from './change-of-contact.ts'
import type { Verdict } from './decide-entry.ts'

/** What is known of a contact when it is decided. No value of the person goes into the trace. */
export interface ContactFacts {
  readonly exists: boolean
  /** `present`, `missing`, or `invalid` when it is no address. */
  readonly email: 'present' | 'missing' | 'invalid'
  /** Why the address is on the do-not-mail list; undefined when it is not. */
  readonly suppression: string | undefined
  readonly optedOut: boolean
  readonly alreadyEnrolled: boolean
}

/** The verdict on one contact; what mappings decide is not among its reasons. */
export interface ContactVerdict extends Verdict {
  readonly reason: ContactReason
}

/** Whether one contact is enrolled, after its entry (or a person) said yes. `before` is the trace so far. */
export function decideContact(facts: ContactFacts, before: readonly TraceLine[] = []): ContactVerdict {
  const trace: TraceLine[] = [...before]
  for (const [condition, reasonOf, look] of CHECKS) {
    const line = look(facts)
    trace.push({ condition, ...line })
    if (!line.passed) return { outcome: 'not_enrolled', reason: reasonOf(facts), trace }
  }
  return { outcome: 'enrolled', reason: 'enrolled', trace }
}

type Look = (facts: ContactFacts) => Omit<TraceLine, 'condition'>

const CHECKS: readonly (readonly [condition: string, reason: (facts: ContactFacts) => ContactReason, look: Look])[] = [
  [
    'The contact exists',
    () => 'contact_gone',
    ({ exists }) => ({ expected: 'exists', actual: exists ? 'exists' : 'deleted', passed: exists }),
  ],
  [
    'The contact has a valid e-mail address',
    ({ email }) => (email === 'missing' ? 'no_email' : 'invalid_email'),
    ({ email }) => ({ expected: 'present', actual: email, passed: email === 'present' }),
  ],
  [
    'The address may be mailed',
    () => 'suppressed',
    ({ suppression }) => ({
      expected: 'not on the do-not-mail list',
      actual: suppression ?? 'not on the list',
      passed: suppression === undefined,
    }),
  ],
  [
    'The contact accepts e-mail in HubSpot',
    () => 'opted_out',
    ({ optedOut }) => ({
      expected: 'not opted out',
      actual: optedOut ? 'opted out' : 'not opted out',
      passed: !optedOut,
    }),
  ],
  [
    'Not already in this sequence through this deal',
    () => 'already_enrolled',
    ({ alreadyEnrolled }) => ({
      expected: 'no active enrollment',
      actual: alreadyEnrolled ? 'active enrollment' : 'none',
      passed: !alreadyEnrolled,
    }),
  ],
]
