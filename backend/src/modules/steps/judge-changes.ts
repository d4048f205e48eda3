import type { Talks } from '#core/talks.ts'
import { hadMeeting } from '#modules/deals/had-meeting.ts'
import { isAfter } from '#modules/deals/is-after.ts'
import type { SendFacts } from '#modules/deals/send-facts.ts'
import type { StopReason } from '#shared/vocabulary.ts'
import { answersCountFrom } from './answers-count-from.ts'
import type { RunState } from './state-repository.ts'

/** How the sentence of a mail begins that waits because of a new owner: trying it again says that it fits all the same. */
export const OWNER_CHANGED = 'The deal has another owner than when the sequence began.'

/**
 * What ended the reason to write since the enrollment began: the deal was closed, somebody answered, a meeting was booked, the
 * owner changed. Each is told from how HubSpot stood at the beginning, so what was so then stops nothing. Pure.
 */
export function judgeChanges(
  state: RunState,
  told: SendFacts,
  closedStages: ReadonlySet<string>,
): StopReason | 'pause_others' | undefined {
  const { rules } = state
  if (rules.stopWhenClosed !== false && isNewlyClosed(state, told, closedStages)) return 'deal_closed'
  if (isAfter(told.contact?.talks.repliedAt, answersCountFrom(state))) return 'replied'
  if (rules.stopOnMeeting !== false && hasMet(state, told)) return 'meeting_booked'
  const others = judgeOthers(state, told.talks)
  if (others) return others
  return rules.onOwnerChange === 'stop' && hasNewOwner(state, told) ? 'owner_changed' : undefined
}

/** Why the mail waits for a person, where the sequence says no other word about a new owner. Pure. */
export function holdForOwner(state: RunState, told: SendFacts): string | undefined {
  if ((state.rules.onOwnerChange ?? 'hold') !== 'hold' || !hasNewOwner(state, told)) return undefined
  return `${OWNER_CHANGED} Check who should write now, then try again.`
}

/**
 * Closed as HubSpot says, or by its stage: HubSpot calculates the one a moment after the other. A sequence that began in this
 * very stage was meant for it.
 */
function isNewlyClosed(
  { startStageId }: RunState,
  { isClosed, pipelineId, stageId }: SendFacts,
  closedStages: ReadonlySet<string>,
): boolean {
  if (stageId !== null && stageId === startStageId) return false
  return isClosed || closedStages.has(`${pipelineId}/${stageId}`)
}

function hasMet(state: RunState, { talks, contact }: SendFacts): boolean {
  const { enrolledAt, startKept, startBookedAt, startMeetingAt, meetingTakenAt } = state
  const known = startKept ? { bookedAt: startBookedAt, meetingAt: startMeetingAt } : undefined
  const from = meetingTakenAt ? { since: meetingTakenAt, known: undefined } : { since: enrolledAt, known }
  return [talks, contact?.talks].some((some) => some && hadMeeting(some, from))
}

/** An answer through the deal that is not this contact's. A person who resumed it since has seen it. */
function judgeOthers(state: RunState, { repliedAt }: Talks) {
  const { resumedAt, rules } = state
  const onReply = rules.onReply ?? 'stop_others'
  if (onReply === 'go_on' || !isAfter(repliedAt, answersCountFrom(state))) return undefined
  if (onReply === 'stop_others') return 'other_replied'
  return resumedAt === null || isAfter(repliedAt, resumedAt) ? 'pause_others' : undefined
}

/** A deal that had no owner yet was nobody's to sign for. */
function hasNewOwner({ startKept, startOwnerId }: RunState, { ownerId }: SendFacts): boolean {
  return startKept && startOwnerId !== null && ownerId !== startOwnerId
}
