import type { Talks } from '#core/talks.ts'
import { asInstant } from './read-fields.ts'

/** Contacts and deals have the same three (HubSpot docs, default properties), so they come with reads that are made anyway. */
export const TALK_PROPERTIES = [
  'hs_sales_email_last_replied',
  'engagements_last_meeting_booked',
  'hs_latest_meeting_activity',
]

export function readTalks(properties: Readonly<Record<string, unknown>>): Talks {
  return {
    repliedAt: asInstant(properties.hs_sales_email_last_replied) ?? null,
    bookedAt: asInstant(properties.engagements_last_meeting_booked) ?? null,
    meetingAt: asInstant(properties.hs_latest_meeting_activity) ?? null,
  }
}
