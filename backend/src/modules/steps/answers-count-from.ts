import type { RunState } from './state-repository.ts'

/** HubSpot may date an answer that came to us a little later than we did: its mailbox is another one. */
const SAME_ANSWER = Temporal.Duration.from({ minutes: 5 })

/**
 * From when an answer that HubSpot knows of is news: the beginning of the enrollment, or the last answer that a step waited
 * for. With that one the sequence went on, so it stops nothing and ends no second wait. Pure.
 */
export function answersCountFrom({ enrolledAt, replyTakenAt }: RunState): Temporal.Instant {
  return replyTakenAt?.add(SAME_ANSWER) ?? enrolledAt
}
