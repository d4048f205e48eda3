import { describeMoment } from '#modules/steps/describe-moment.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { DecisionReason } from '#shared/vocabulary.ts'
import { type ContactReason, changeOfContact } from './change-of-contact.ts'
import type { Choice } from './choose-branch.ts'
import { coolsDownUntil } from './decide-member.ts'
import { dwellsUntil } from './decide-movement.ts'
import type { EnrollmentFacts, MemberFacts } from './enrollment-facts.ts'
import { describeTarget } from './is-targeted.ts'

/** What a sentence may speak of. */
export interface Situation {
  readonly policy: EnrollmentPolicy
  readonly facts: EnrollmentFacts
  readonly contact?: MemberFacts | undefined
  readonly choice?: Choice | undefined
}

/**
 * The smallest change that would turn the decision round, as one sentence for the person who reads it. It speaks of the
 * condition that decided; others behind it were not looked at and may still stand in the way.
 */
export function nearestChange(reason: DecisionReason, situation: Situation): string {
  return SENTENCES[reason](situation)
}

const BY_HAND = 'start the sequence from the deal card'

const SENTENCES: Record<DecisionReason, (situation: Situation) => string> = {
  enrolled: enrolledSentence,
  deal_gone: () => 'Restore the deal in HubSpot, then move it into the stage again.',
  not_a_stage_entry: () => 'Move the deal to another stage and back.',
  own_write: () => `Move the deal to the stage by hand, or ${BY_HAND}.`,
  stage_moved_on: (situation) => `Move the deal back to ${stageName(situation)}.`,
  before_connection: () => `Move the deal out of the stage and back, or ${BY_HAND}.`,
  too_old: () => `An admin can re-run its event in the settings, or ${BY_HAND}.`,
  no_mapping: (situation) => `Map ${stageName(situation)} to a sequence, then move the deal out of the stage and back.`,
  mapping_off: () => 'Switch the mapping on, then move the deal out of the stage and back.',
  sequence_not_active: (situation) =>
    `Activate ${sequenceName(situation)}, then move the deal out of the stage and back.`,
  moved_back: () => `Move the deal to the stage from an earlier one, or ${BY_HAND}.`,
  dwelling: (situation) =>
    `Nothing to do: if the deal is still in ${stageName(situation)} at ${untilText(situation)}, it is decided then.`,
  left_too_soon: ({ policy }) =>
    `Move the deal back to the stage and leave it there for ${policy.dwellMinutes} minutes.`,
  bulk_waiting: ({ facts }) => `An admin must approve these ${facts.bulk.entries} entries.`,
  bulk_refused: () => `An admin refused these entries: ${BY_HAND}.`,
  no_contact: () => 'Add a contact to the deal.',
  no_target_contact: ({ policy }) => `Make a contact of the deal ${describeTarget(policy.target)}.`,
  not_targeted: ({ policy }) => `Make this contact ${describeTarget(policy.target)}, or ${BY_HAND}.`,
  branch_nobody: ({ choice }) =>
    `The branch “${choice?.branch ?? ''}” would not apply if ${listed(choice?.changes ?? [])}.`,
  no_branch: ({ choice }) =>
    choice?.branch
      ? `The branch “${choice.branch}” would apply if ${listed(choice.changes)}.`
      : 'Give the mapping a branch with a sequence that applies here.',
  branch_unknown: ({ choice }) =>
    `Correct the branch “${choice?.branch ?? ''}” or the value in HubSpot (${choice?.changes.join('; ') ?? ''}).`,
  contact_gone: ofContact('contact_gone'),
  no_email: ofContact('no_email'),
  invalid_email: ofContact('invalid_email'),
  suppressed: ofContact('suppressed'),
  opted_out: ofContact('opted_out'),
  already_enrolled: ofContact('already_enrolled'),
  joined_late: () => `To enroll this contact now, ${BY_HAND}.`,
  entry_used: () => 'Move the deal out of the stage and back: one entry enrolls a contact once.',
  enrolled_before: () => `This mapping enrolls a contact once per deal; to do it again, ${BY_HAND}.`,
  in_other_sequence: () => 'Wait until the other sequence ends for this contact, or stop it.',
  cooling_down: coolDownSentence,
  held_out: (situation) =>
    `To enroll this contact all the same, ${BY_HAND}; ${sequenceName(situation)} holds deals out.`,
}

function ofContact(reason: ContactReason): (situation: Situation) => string {
  return (situation) => changeOfContact(reason, sequenceName(situation))
}

function enrolledSentence({ policy, choice, facts }: Situation): string {
  if (choice?.branch && choice.changes.length > 0) {
    return `The branch “${choice.branch}” would not have applied if ${listed(choice.changes)}.`
  }
  const label = facts.stages.find((stage) => stage.stageId === facts.entry?.stageId)?.label
  if (policy.passingThrough === 'enroll') return 'With the mapping switched off nobody would have been enrolled.'
  return `Had the deal left ${label ? `“${label}”` : 'the stage'} before it was decided, nobody would have been enrolled.`
}

function coolDownSentence({ policy, contact, facts }: Situation): string {
  const until = contact && coolsDownUntil(policy, contact)
  if (!until) return `The contact is in a sequence now; ${policy.coolDownDays} days after its end it can enter another.`
  return `From ${describeMoment(until, facts.timeZone)} on the contact can enter a sequence again.`
}

function stageName({ facts }: Situation): string {
  const stageId = facts.entry?.stageId ?? facts.deal?.stageId
  const label = facts.stages.find((stage) => stage.stageId === stageId)?.label
  return label ? `“${label}”` : 'the stage'
}

function sequenceName({ facts, choice }: Situation): string {
  const id = choice?.sequenceId ?? facts.mapping?.sequenceId
  const name = id ? facts.sequences.get(id)?.name : undefined
  return name ? `“${name}”` : 'the sequence'
}

function untilText({ policy, facts }: Situation): string {
  return describeMoment(dwellsUntil(policy, facts), facts.timeZone)
}

function listed(changes: readonly string[]): string {
  return changes.join(' and ')
}
