import type { Trx } from '#db/database.ts'
import { hadMeeting, type MeetingSince } from './had-meeting.ts'
import { selectTalks } from './repository.ts'

export interface MeetingQuestion extends MeetingSince {
  readonly dealId: string
  /** HubSpot's id. */
  readonly contactId: string
}

/**
 * Whether a meeting was booked since a moment with the contact or with any other contact of the deal, as far as HubSpot had told
 * when it was asked last: call `readSendFacts` first where it must be true now.
 */
export async function hasMetSince(
  trx: Trx,
  portalId: number,
  { dealId, contactId, ...from }: MeetingQuestion,
): Promise<boolean> {
  const talks = await selectTalks(trx, portalId, { dealId, contactId })
  return talks.some((some) => hadMeeting(some, from))
}
