import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { DecisionReason } from '#shared/vocabulary.ts'
import { type Choice, chooseBranch } from './choose-branch.ts'
import { decideContact } from './decide-contact.ts'
import type { EnrollmentFacts, MemberFacts, PastEnrollment, SequenceFacts } from './enrollment-facts.ts'
import { describeTarget, isTargeted } from './is-targeted.ts'

/** What one contact's part of the decision came to. */
export interface MemberVerdict {
  readonly reason: DecisionReason
  /** Where the branches led; undefined when they were not reached. */
  readonly choice: Choice | undefined
  /** Set when a running enrollment in the same sequence is stopped and starts over. */
  readonly restarts: boolean
  readonly trace: readonly TraceLine[]
}

/** Whether this contact is enrolled, and in what, after the movement said yes. `before` is the trace so far. */
export function decideMember(
  policy: EnrollmentPolicy,
  facts: EnrollmentFacts,
  contact: MemberFacts,
  before: readonly TraceLine[],
): MemberVerdict {
  const trace: TraceLine[] = [...before]
  const refuse = (reason: DecisionReason, choice?: Choice): MemberVerdict => ({
    reason,
    choice,
    restarts: false,
    trace,
  })
  if (policy.target.kind !== 'all') {
    const targeted = isTargeted(policy.target, contact, facts.contacts.length)
    const line = { expected: describeTarget(policy.target), actual: targeted ? 'it is' : 'it is not', passed: targeted }
    trace.push({ condition: 'The mapping enrolls this contact', ...line })
    if (!targeted) return refuse('not_targeted')
  }
  const choice = choose(policy, facts, contact)
  trace.push(...choice.trace)
  const hasBranches = policy.branches.length > 0 || policy.otherwise === 'nobody'
  if (hasBranches) trace.push(choiceLine(choice))
  if (choice.kind === 'unknown') return refuse('branch_unknown', choice)
  if (choice.kind === 'nobody') return refuse('branch_nobody', choice)
  if (choice.sequenceId === null) return refuse('no_branch', choice)
  if (hasBranches) {
    const line = sequenceLine(facts, choice.sequenceId)
    trace.push(line)
    if (!line.passed) return refuse('sequence_not_active', choice)
  }
  const sameHere = contact.enrollments.filter((past) => isSame(past, facts, choice.sequenceId))
  const running = sameHere.some((past) => past.endedAt === null)
  const mayRestart = policy.reEntry === 'every_entry'
  const basic = decideContact({ ...contact, alreadyEnrolled: running && !mayRestart }, trace)
  if (basic.outcome !== 'enrolled') return { reason: basic.reason, choice, restarts: false, trace: basic.trace }
  const rules = [...basic.trace]
  for (const [reason, line] of historyLines(policy, facts, contact, sameHere)) {
    rules.push(line)
    if (!line.passed) return { reason, choice, restarts: false, trace: rules }
  }
  const { holdOut } = facts.sequences.get(choice.sequenceId) ?? {}
  if (holdOut) rules.push(holdOutLine(holdOut))
  // Last of all: the group must hold only deals that would have been enrolled.
  if (holdOut?.heldOut) return { reason: 'held_out', choice, restarts: false, trace: rules }
  return { reason: 'enrolled', choice, restarts: running, trace: rules }
}

function holdOutLine({ percent, heldOut }: NonNullable<SequenceFacts['holdOut']>): TraceLine {
  return {
    condition: 'The deal is not held out',
    expected: `not among the ${percent} % of deals that get no mails`,
    actual: heldOut ? 'held out, to compare with' : 'not held out',
    passed: !heldOut,
  }
}

function choose(policy: EnrollmentPolicy, facts: EnrollmentFacts, contact: MemberFacts): Choice {
  const records = { deal: facts.dealProperties, contact: contact.properties, timeZone: facts.timeZone }
  return chooseBranch(policy, facts.mapping?.sequenceId ?? null, records)
}

/** A line of its own, because a condition that is not met speaks for one branch and against another. */
function choiceLine({ kind, branch }: Choice): TraceLine {
  const from = branch === null ? 'no branch' : `branch “${branch}”`
  const actual = {
    sequence: branch === null ? 'the mapped sequence' : from,
    nobody: `${from}, which enrolls nobody`,
    no_branch: 'no branch applies',
    unknown: `${from} cannot be told`,
  }[kind]
  return { condition: 'The branches lead to a sequence', expected: 'a sequence', actual, passed: kind === 'sequence' }
}

function sequenceLine(facts: EnrollmentFacts, sequenceId: string): TraceLine {
  const sequence = facts.sequences.get(sequenceId)
  const active = sequence?.status === 'active'
  return {
    condition: 'The chosen sequence is active',
    expected: sequence ? `“${sequence.name}” active` : 'active',
    actual: sequence ? `${sequence.status}${active ? `, version ${sequence.version}` : ''}` : 'never published',
    passed: active,
  }
}

function isSame(past: PastEnrollment, facts: EnrollmentFacts, sequenceId: string | null): boolean {
  return past.sequenceId === sequenceId && facts.dealIds.includes(past.dealId)
}

/** When the contact's cool-down ends; undefined while a sequence runs, for its end is not known, and null without any. */
export function coolsDownUntil(policy: EnrollmentPolicy, contact: MemberFacts): Temporal.Instant | null | undefined {
  if (contact.enrollments.some((past) => past.endedAt === null)) return undefined
  const ends = contact.enrollments.flatMap(({ endedAt }) => endedAt ?? [])
  const last = ends.sort(Temporal.Instant.compare).at(-1)
  return last ? last.add({ hours: policy.coolDownDays * 24 }) : null
}

/** What the contact's past says, in the order it is looked at. */
function historyLines(
  policy: EnrollmentPolicy,
  facts: EnrollmentFacts,
  contact: MemberFacts,
  sameHere: readonly PastEnrollment[],
): (readonly [DecisionReason, TraceLine])[] {
  const { entry } = facts
  const used = contact.enrollments.some(
    (past) => facts.dealIds.includes(past.dealId) && entry !== undefined && past.entryAt?.equals(entry.enteredAt),
  )
  const lines: (readonly [DecisionReason, TraceLine])[] = [
    ['entry_used', yesOrNo('This entry has not enrolled the contact yet', used)],
  ]
  if (policy.reEntry === 'once') {
    const before = sameHere.length > 0
    lines.push(['enrolled_before', yesOrNo('Never in this sequence through this deal', before)])
  }
  if (policy.exclusive) {
    const others = contact.enrollments.filter((past) => past.endedAt === null && !sameHere.includes(past))
    lines.push(['in_other_sequence', yesOrNo('In no other sequence', others.length > 0)])
  }
  if (policy.coolDownDays > 0) lines.push(['cooling_down', coolDownLine(policy, facts, contact)])
  return lines
}

function yesOrNo(condition: string, happened: boolean): TraceLine {
  return { condition, expected: 'none', actual: happened ? 'found one' : 'none', passed: !happened }
}

function coolDownLine(policy: EnrollmentPolicy, facts: EnrollmentFacts, contact: MemberFacts): TraceLine {
  const until = coolsDownUntil(policy, contact)
  const passed = until === null || (until !== undefined && Temporal.Instant.compare(until, facts.now) <= 0)
  return {
    condition: 'Long enough since the last sequence',
    expected: `${policy.coolDownDays} days`,
    actual:
      until === null
        ? 'in no sequence before'
        : until === undefined
          ? 'in a sequence now'
          : `over at ${until.toString({ smallestUnit: 'second' })}`,
    passed,
  }
}
