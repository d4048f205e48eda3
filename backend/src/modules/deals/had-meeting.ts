import type { Talks } from '#core/talks.ts'
import { isAfter } from './is-after.ts'

export interface MeetingSince {
  readonly since: Temporal.Instant
  /** What HubSpot told at that moment; undefined when nobody kept it. */
  readonly known: Pick<Talks, 'bookedAt' | 'meetingAt'> | undefined
}

/**
 * Whether a meeting was booked, scheduled or logged since a moment. HubSpot tells the day of the latest meeting, which may have
 * been planned before: it is news only when it is later than what was known then, so without that only a booking counts. Pure.
 */
export function hadMeeting(
  { bookedAt, meetingAt }: Pick<Talks, 'bookedAt' | 'meetingAt'>,
  from: MeetingSince,
): boolean {
  const { since, known } = from
  if (isAfter(bookedAt, since) && !isSame(bookedAt, known?.bookedAt)) return true
  if (!known || !isAfter(meetingAt, since)) return false
  return known.meetingAt === null || isAfter(meetingAt, known.meetingAt)
}

function isSame(one: Temporal.Instant | null, other: Temporal.Instant | null | undefined): boolean {
  return one !== null && other !== null && other !== undefined && one.equals(other)
}
