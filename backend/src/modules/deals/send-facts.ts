import type { Talks } from '#core/talks.ts'
import type { HubSpotContact } from '#hubspot/contacts.ts'
import type { HubSpotDeal } from '#hubspot/deals.ts'

/** A contact of a deal, by HubSpot's ids. */
export interface SendPair {
  readonly dealId: string
  readonly contactId: string
}

/** What HubSpot says now about one contact of one deal. */
export interface SendFacts {
  /**
   * The deal or the contact went into another record since the enrollment was loaded, which was taken in just now; the rest says
   * what is true of that one.
   */
  readonly merged: boolean
  readonly pipelineId: string | null
  readonly stageId: string | null
  /** HubSpot's id of who owns the deal. */
  readonly ownerId: string | null
  /** The deal is gone. */
  readonly deleted: boolean
  /** HubSpot calls the deal closed. */
  readonly isClosed: boolean
  /** With any contact of the deal. */
  readonly talks: Talks
  /** The contact is associated with the deal. */
  readonly onDeal: boolean
  /** As HubSpot has it; null when the contact is gone. */
  readonly contact: { readonly email: string | null; readonly optedOut: boolean; readonly talks: Talks } | null
  /** What fills a mail and says when it may go; null where nothing newer than what is kept was read. */
  readonly values: {
    readonly deal: Pick<HubSpotDeal, 'name' | 'amount'>
    readonly contact: Pick<HubSpotContact, 'firstName' | 'lastName' | 'phone' | 'company' | 'timeZone'>
  } | null
  /** Just before HubSpot was asked. */
  readonly readAt: Temporal.Instant
}

/** Of a deal or contact of which HubSpot keeps none. */
export const NO_TALKS: Talks = { repliedAt: null, bookedAt: null, meetingAt: null }

/** The key of a pair in maps. */
export function pairKey(pair: SendPair): string {
  return `${pair.dealId}/${pair.contactId}`
}
