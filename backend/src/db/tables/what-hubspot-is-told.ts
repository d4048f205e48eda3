import type { Generated } from 'kysely'
import type { Json, Moment } from './column.ts'

export interface HubspotMailSettingsTable {
  portalId: number
  subscriptionId: string | null
  subscriptionName: string | null
  writeOptOuts: 'off' | 'subscription' | 'all'
  logMails: boolean
  changedAt: Moment
  changedBy: string | null
  optOutsProblem: string | null
  logProblem: string | null
}

export interface OptOutWritesTable {
  portalId: number
  addressHash: Buffer
  /** Only while it is pending. */
  address: string | null
  status: 'pending' | 'done' | 'refused'
  reason: string | null
  queuedAt: Moment
  settledAt: Moment | null
}

export interface MailRecordsTable {
  portalId: number
  deliveryId: string
  status: 'pending' | 'sending' | 'written' | 'refused' | 'unknown'
  /** HubSpot's id of the e-mail. */
  emailId: string | null
  reason: string | null
  queuedAt: Moment
  settledAt: Moment | null
  lookFirst: Generated<boolean>
}

export interface ConversionsTable {
  portalId: number
  dealId: string
  sequenceId: string
  convertedAt: Moment
}

export interface StatusWritesTable {
  portalId: number
  objectType: 'contact' | 'deal'
  /** HubSpot's id. */
  objectId: string
  revision: Generated<number>
  pending: Generated<boolean>
  value: Json<Record<string, string>> | null
  reason: string | null
  changedAt: Moment
  writtenAt: Moment | null
}
