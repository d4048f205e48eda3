/** What HubSpot keeps of talks with a contact, or with the contacts of a deal; null where it keeps nothing. */
export interface Talks {
  /** `hs_sales_email_last_replied`: the last answer to a sales e-mail that HubSpot tracked. */
  readonly repliedAt: Temporal.Instant | null
  /** `engagements_last_meeting_booked`: when a meeting was booked last through the meetings tool. */
  readonly bookedAt: Temporal.Instant | null
  /** `hs_latest_meeting_activity`: when the latest meeting is or was, whoever logged, scheduled or booked it. */
  readonly meetingAt: Temporal.Instant | null
}
