import { describeMoment } from '#modules/steps/describe-moment.ts'
import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { EnrollmentPolicy, Target } from '#shared/contract/enrollment-policy.ts'
import type { DecisionReason } from '#shared/vocabulary.ts'
import { ENTRY_CHECKS, type EntryCheck } from './decide-entry.ts'
import type { EnrollmentFacts } from './enrollment-facts.ts'
import { ENTRY_LIMIT } from './entry-limit.ts'
import { isMovedBack } from './is-moved-back.ts'
import { isOwnWrite } from './is-own-write.ts'
import { describeTarget, isTargeted } from './is-targeted.ts'

/** What the deal's movement alone says: `undefined` as reason means go on to the contacts. */
export interface MovementVerdict {
  readonly reason: DecisionReason | undefined
  readonly trace: readonly TraceLine[]
}

/**
 * Whether the movement of the deal may enroll anybody, before any contact is looked at. The first condition that fails names
 * the reason. Conditions a policy does not set are not evaluated and leave no line.
 */
export function decideMovement(policy: EnrollmentPolicy, facts: EnrollmentFacts): MovementVerdict {
  const trace: TraceLine[] = []
  for (const check of checksOf(policy, facts)) {
    const line = check.look(facts)
    trace.push({ condition: check.condition, ...line })
    if (!line.passed) {
      return { reason: typeof check.reason === 'string' ? check.reason : check.reason(facts), trace }
    }
  }
  return { reason: undefined, trace }
}

/** When a deal that is in the stage has been there long enough. */
export function dwellsUntil(policy: EnrollmentPolicy, facts: EnrollmentFacts): Temporal.Instant {
  return (facts.entry?.enteredAt ?? facts.now).add({ minutes: policy.dwellMinutes })
}

interface MovementCheck {
  readonly condition: string
  readonly reason: DecisionReason | ((facts: EnrollmentFacts) => DecisionReason)
  readonly look: (facts: EnrollmentFacts) => Omit<TraceLine, 'condition'>
}

function checksOf(policy: EnrollmentPolicy, facts: EnrollmentFacts): readonly MovementCheck[] {
  return [
    known(ENTRY_CHECKS.dealExists),
    known(ENTRY_CHECKS.stageChanged),
    ...(facts.source ? [OWN_WRITE] : []),
    ...(policy.passingThrough === 'nobody' ? [known(ENTRY_CHECKS.stillInStage)] : []),
    known(ENTRY_CHECKS.afterConnection),
    known(ENTRY_CHECKS.mapped),
    known(ENTRY_CHECKS.mappingOn),
    ...(policy.movingBack === 'nobody' ? [MOVED_BACK] : []),
    // With branches the sequence is chosen for each contact, and looked at there.
    ...(policy.branches.length === 0 && policy.otherwise === 'mapped_sequence'
      ? [known(ENTRY_CHECKS.sequenceActive)]
      : []),
    ...(policy.dwellMinutes > 0 ? [dwell(policy)] : []),
    // An entry whose time in the stage is not over yet is not old.
    ...(facts.ageFrom ? [heardInTime(policy)] : []),
    // After the dwell time: by then the rest of a bulk change has arrived and is counted.
    ...(policy.bulkLimit ? [bulk(policy.bulkLimit)] : []),
    known(ENTRY_CHECKS.hasContact),
    ...(policy.target.kind === 'all' ? [] : [hasTarget(policy.target)]),
  ]
}

function known(check: EntryCheck): MovementCheck {
  return {
    condition: check.condition,
    reason: check.reason,
    look: (facts) =>
      check.look({
        ...facts,
        sequence: facts.mapping && facts.sequences.get(facts.mapping.sequenceId),
        contactCount: facts.contacts.length,
      }),
  }
}

const OWN_WRITE: MovementCheck = {
  condition: 'Somebody else than Stagecue moved the deal',
  reason: 'own_write',
  look: ({ source, appId }) => {
    const own = source !== null && isOwnWrite(source, appId)
    const who = [source?.changeSource, source?.sourceId].filter((part) => part).join(' ')
    return { expected: 'another source', actual: own ? 'Stagecue' : who || 'not named', passed: !own }
  },
}

const MOVED_BACK: MovementCheck = {
  condition: 'The deal moved forward',
  reason: 'moved_back',
  look: (facts) => {
    const back = isMovedBack(facts)
    const from = facts.entry?.from
    const label = facts.stages.find((stage) => stage.stageId === from)?.label ?? from
    return {
      expected: 'from an earlier stage, or from outside the pipeline',
      actual: label ? `from ${label}${back ? ', a later stage' : ''}` : 'created in this stage',
      passed: !back,
    }
  },
}

function dwell(policy: EnrollmentPolicy): MovementCheck {
  return {
    condition: 'The deal was long enough in the stage',
    reason: ({ leftAt }) => (leftAt === null ? 'dwelling' : 'left_too_soon'),
    look: (facts) => {
      const until = facts.leftAt ?? facts.now
      const spent = facts.entry ? until.since(facts.entry.enteredAt).total('minutes') : 0
      return {
        expected: `${policy.dwellMinutes} minutes`,
        actual: `${Math.max(0, Math.floor(spent))} minutes${facts.leftAt === null ? ' so far' : ''}`,
        passed: Temporal.Instant.compare(until, dwellsUntil(policy, facts)) >= 0,
      }
    },
  }
}

/** Looked at late: of the entries that nobody would be enrolled for anyway, none should count as missed. */
function heardInTime(policy: EnrollmentPolicy): MovementCheck {
  return {
    condition: 'It was heard of in time',
    reason: 'too_old',
    look: (facts) => {
      const ripe = dwellsUntil(policy, facts)
      const from = facts.ageFrom && Temporal.Instant.compare(facts.ageFrom, ripe) > 0 ? facts.ageFrom : ripe
      const age = facts.now.since(from).total('hours')
      const limit = ENTRY_LIMIT.total('hours')
      return {
        expected: `at most ${limit} hours after ${describeMoment(from, facts.timeZone)}`,
        actual: `${Math.max(0, Math.floor(age))} hours after it`,
        passed: age <= limit,
      }
    },
  }
}

function bulk(limit: { readonly entries: number; readonly minutes: number }): MovementCheck {
  return {
    condition: 'It is no large change, or an admin approved it',
    reason: ({ bulk }) => (bulk.answer === 'refused' ? 'bulk_refused' : 'bulk_waiting'),
    look: ({ bulk }) => {
      const answered = bulk.answer === 'none' ? '' : `, ${bulk.answer}`
      return {
        expected: `at most ${limit.entries} by one source within ${limit.minutes} minutes`,
        actual: `${bulk.entries}${answered}`,
        // A refusal stays one, even when the limit was raised since.
        passed: bulk.answer === 'approved' || (bulk.answer === 'none' && bulk.entries <= limit.entries),
      }
    },
  }
}

function hasTarget(target: Target): MovementCheck {
  return {
    condition: 'The deal has a contact this mapping enrolls',
    reason: 'no_target_contact',
    look: ({ contacts }) => {
      const count = contacts.filter((contact) => isTargeted(target, contact, contacts.length)).length
      return { expected: describeTarget(target), actual: `${count} of ${contacts.length}`, passed: count > 0 }
    },
  }
}
