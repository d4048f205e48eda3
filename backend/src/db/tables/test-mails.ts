import type { Moment } from './column.ts'

export interface TestMailsTable {
  portalId: number
  id: string
  /** HubSpot's id. */
  userId: string
  askedAt: Moment
  outcome: 'asked' | 'sending' | 'accepted' | 'refused' | 'unconfirmed'
}
