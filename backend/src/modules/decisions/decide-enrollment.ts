import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { DecisionReason } from '#shared/vocabulary.ts'
import { decideMember, type MemberVerdict } from './decide-member.ts'
import { decideMovement, dwellsUntil } from './decide-movement.ts'
import type { EnrollmentFacts, MemberFacts } from './enrollment-facts.ts'
import { nearestChange } from './nearest-change.ts'

/** One contact that starts a sequence. */
export interface PlannedEnrollment {
  /** HubSpot's id. */
  readonly contactId: string
  readonly sequenceId: string
  readonly version: number
  /** From when its steps are planned. */
  readonly from: Temporal.Instant
  /** Its running enrollment in this sequence is stopped first. */
  readonly restarts: boolean
}

/** What was decided about one contact. Its trace begins with the lines of the movement. */
export interface ContactDecision {
  readonly contactId: string
  readonly reason: DecisionReason
  readonly trace: readonly TraceLine[]
  readonly nearestChange: string
}

interface Explained {
  readonly reason: DecisionReason
  /** Every condition that was evaluated about the entry, with what was expected and found. */
  readonly trace: readonly TraceLine[]
  /** What would turn it round, as one sentence. */
  readonly nearestChange: string
  /** Every contact that was looked at, each with its own trace; none when the movement decided. */
  readonly contacts: readonly ContactDecision[]
}

/** `parked` is decided again: at `until`, or with null when a contact joins or its labels change. */
export type EnrollmentDecision =
  | (Explained & { readonly outcome: 'enrolled'; readonly enrollments: readonly PlannedEnrollment[] })
  | (Explained & { readonly outcome: 'parked'; readonly until: Temporal.Instant | null })
  | (Explained & { readonly outcome: 'awaiting_approval' })
  | (Explained & { readonly outcome: 'not_enrolled' })

/**
 * Decides one stage entry by the rules of its mapping. Pure: the same policy and facts give the same decision, with every
 * condition that was evaluated. A contact is in the answer once and in one sequence at most, also when it is listed twice.
 */
export function decideEnrollment(policy: EnrollmentPolicy, facts: EnrollmentFacts): EnrollmentDecision {
  const contacts = [...new Map(facts.contacts.map((contact) => [contact.contactId, contact])).values()]
  const distinct: EnrollmentFacts = { ...facts, contacts }
  const { reason, trace } = decideMovement(policy, distinct)
  if (reason !== undefined) return withoutContacts(policy, distinct, reason, trace)
  const members = contacts.map((contact) => ({ contact, verdict: decideMember(policy, distinct, contact, trace) }))
  return withContacts(policy, distinct, trace, members)
}

function withoutContacts(
  policy: EnrollmentPolicy,
  facts: EnrollmentFacts,
  reason: DecisionReason,
  trace: readonly TraceLine[],
): EnrollmentDecision {
  const explained = { reason, trace, nearestChange: nearestChange(reason, { policy, facts }), contacts: [] }
  switch (reason) {
    case 'dwelling':
      return { ...explained, outcome: 'parked', until: dwellsUntil(policy, facts) }
    case 'no_contact':
    case 'no_target_contact':
      return { ...explained, outcome: 'parked', until: null }
    case 'bulk_waiting':
      return { ...explained, outcome: 'awaiting_approval' }
    default:
      return { ...explained, outcome: 'not_enrolled' }
  }
}

interface Member {
  readonly contact: MemberFacts
  readonly verdict: MemberVerdict
}

function withContacts(
  policy: EnrollmentPolicy,
  facts: EnrollmentFacts,
  trace: readonly TraceLine[],
  members: readonly Member[],
): EnrollmentDecision {
  const contacts = members.map(({ contact, verdict }) => ({
    contactId: contact.contactId,
    reason: verdict.reason,
    trace: verdict.trace,
    nearestChange: nearestChange(verdict.reason, { policy, facts, contact, choice: verdict.choice }),
  }))
  const enrollments = members.flatMap((member) => plan(facts, member))
  // One sentence must speak for all: that of the first who is enrolled, else of the first whom the mapping is for.
  const first =
    contacts.find(({ reason }) => reason === 'enrolled') ??
    contacts.find(({ reason }) => reason !== 'not_targeted') ??
    contacts[0]
  const reason = first?.reason ?? 'no_contact'
  const explained = {
    reason,
    trace,
    nearestChange: first?.nearestChange ?? nearestChange(reason, { policy, facts }),
    contacts,
  }
  return enrollments.length > 0
    ? { ...explained, outcome: 'enrolled', enrollments }
    : { ...explained, outcome: 'not_enrolled' }
}

function plan(facts: EnrollmentFacts, { contact, verdict }: Member): PlannedEnrollment[] {
  const sequenceId = verdict.choice?.sequenceId
  const sequence = sequenceId ? facts.sequences.get(sequenceId) : undefined
  if (verdict.reason !== 'enrolled' || !sequenceId || !sequence) return []
  const { contactId } = contact
  return [{ contactId, sequenceId, version: sequence.version, from: facts.now, restarts: verdict.restarts }]
}
