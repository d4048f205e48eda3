import { NO_TALKS, type SendFacts } from '#modules/deals/send-facts.ts'

/** What a test's HubSpot says of a deal; what it does not name is as if nothing had ever happened. */
export type ToldDeal = Pick<SendFacts, 'pipelineId' | 'stageId' | 'deleted'> &
  Partial<Pick<SendFacts, 'ownerId' | 'isClosed' | 'talks'>>
export type ToldContact = Omit<NonNullable<SendFacts['contact']>, 'talks'>

export function toldFacts({
  deal,
  contact,
  ...rest
}: Pick<SendFacts, 'onDeal' | 'readAt'> & { deal: ToldDeal; contact: ToldContact | null }): SendFacts {
  return {
    ...{ merged: false, ownerId: null, isClosed: false, talks: NO_TALKS, values: null },
    ...deal,
    ...rest,
    contact: contact && { email: contact.email, optedOut: contact.optedOut, talks: NO_TALKS },
  }
}
