import type { ColumnType, Generated } from 'kysely'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { Scenario } from '#shared/contract/scenario.ts'
import type { DomainFinding } from '#shared/contract/sender.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { EventStatus, InstallationStatus, SequenceStatus } from '#shared/vocabulary.ts'
import type { Json, Moment } from './column.ts'

export interface InstallationsTable {
  portalId: number
  status: InstallationStatus
  statusReason: string | null
  statusAt: Moment
  accountName: string | null
  uiDomain: string | null
  timeZone: string | null
  scopes: string[]
  connectedAt: Moment
  connectedByUserId: string | null
  connectedByEmail: string | null
  fromName: string | null
  replyTo: string | null
  postalAddress: string | null
  pipelinesRefreshedAt: Moment | null
  pipelinesAskedAt: Generated<Moment | null>
  ownersRefreshedAt: Generated<Moment | null>
}

export interface OauthTokensTable {
  portalId: number
  accessToken: string
  refreshToken: string
  expiresAt: Moment
  tokenVersion: Generated<number>
  refreshClaim: string | null
  refreshClaimedUntil: Moment | null
  refusedSince: Moment | null
  refusals: Generated<number>
}

export interface AdminsTable {
  portalId: number
  email: string
  addedAt: Moment
  addedBy: string | null
}

export interface OauthStatesTable {
  stateHash: Buffer
  expiresAt: Moment
}

export interface EventsTable {
  portalId: number
  occurredAt: Moment
  subscriptionType: string
  objectId: string
  dedupeHash: Buffer
  /** Made by the database, in order of arrival. */
  id: ColumnType<number, never, never>
  laneKey: string
  dealId: string | null
  status: Generated<EventStatus>
  attempts: Generated<number>
  /** Error code of the last failure, see core/errors.ts. */
  reasonCode: string | null
  reason: string | null
  payload: Json<Record<string, unknown>>
  receivedAt: Moment
  processedAt: Moment | null
  /** When a person last had it processed again. */
  rerunAt: Generated<Moment | null>
}

export type LaneKind =
  | 'events'
  | 'steps'
  | 'timeline'
  | 'returns'
  | 'status'
  | 'mailboxes'
  | 'clicks'
  | 'tasks'
  | 'opt_outs'
  | 'mail_records'
  | 'finishing'
  | 'what_if'
  | 'endings'
  | 'pipelines'

export interface LanesTable {
  portalId: number
  kind: LaneKind
  key: string
  dueAt: Moment
  notBefore: Moment | null
  lease: string | null
  attempts: Generated<number>
}

export interface PipelinesTable {
  portalId: number
  pipelineId: string
  label: string
  displayOrder: number
  archived: Generated<boolean>
}

export interface StagesTable {
  portalId: number
  pipelineId: string
  stageId: string
  label: string
  displayOrder: number
  isClosed: boolean
  isLost: Generated<boolean>
  archived: Generated<boolean>
}

export interface SequencesTable {
  portalId: number
  id: string
  name: string
  status: SequenceStatus
  version: number | null
  draft: Json<SequenceDefinition>
  draftPublished: Generated<boolean>
  revision: Generated<number>
  createdAt: Moment
  updatedAt: Moment
  /** What files call it. */
  fileKey: Generated<string | null>
}

export interface SequenceVersionsTable {
  portalId: number
  sequenceId: string
  version: number
  definition: Json<SequenceDefinition>
  publishedAt: Moment
  publishedBy: string | null
}

export interface SequenceSettingsTable {
  portalId: number
  needsApproval: boolean
  changedAt: Moment
  changedBy: string | null
}

export interface PublishRequestsTable {
  portalId: number
  id: string
  sequenceId: string
  /** Of the draft that was submitted. */
  revision: number
  status: 'waiting' | 'approved' | 'returned' | 'withdrawn'
  submittedAt: Moment
  submittedBy: string
  answeredAt: Moment | null
  answeredBy: string | null
  comment: string | null
}

export interface SequenceScenariosTable {
  portalId: number
  sequenceId: string
  scenarios: Json<Scenario[]>
  revision: Generated<number>
  updatedAt: Moment
  updatedBy: string | null
}

export interface MappingsTable {
  portalId: number
  pipelineId: string
  stageId: string
  sequenceId: string
  active: boolean
  updatedAt: Moment
  policy: ColumnType<EnrollmentPolicy, string | undefined, string>
}

export interface DealsTable {
  portalId: number
  dealId: string
  name: string | null
  pipelineId: string | null
  stageId: string | null
  stageEnteredAt: Moment | null
  amount: string | null
  closeDate: string | null
  ownerId: string | null
  deleted: Generated<boolean>
  readAt: Moment
  contactsReadAt: Generated<Moment | null>
  isClosed: Generated<boolean>
  repliedAt: Generated<Moment | null>
  bookedAt: Generated<Moment | null>
  meetingAt: Generated<Moment | null>
  /** HubSpot's id of the deal it was merged into. */
  mergedInto: Generated<string | null>
}

export interface ContactsTable {
  portalId: number
  id: string
  /** HubSpot's id. */
  contactId: string
  /** Normalized; the identity of the person. */
  email: string | null
  firstName: string | null
  lastName: string | null
  phone: string | null
  company: string | null
  optedOut: Generated<boolean>
  deleted: Generated<boolean>
  readAt: Moment
  /** As HubSpot spells it. */
  timeZone: Generated<string | null>
  repliedAt: Generated<Moment | null>
  bookedAt: Generated<Moment | null>
  meetingAt: Generated<Moment | null>
  /** Our id of the contact it was merged into. */
  mergedInto: Generated<string | null>
}

export interface DealContactsTable {
  portalId: number
  dealId: string
  contactId: string
  seenAt: Moment
}

export interface SendersTable {
  portalId: number
  id: string
  /** Normalized; null: the account's own address in the operator's domain. */
  address: string | null
  fromName: string | null
  replyTo: string | null
  signature: Generated<string>
  /** Null: the installation's mail server. */
  smtpHost: string | null
  smtpPort: number | null
  smtpTls: 'tls' | 'starttls' | null
  smtpUser: string | null
  /** Sealed. */
  smtpPassword: string | null
  /** Null: its mailbox is not read. */
  imapHost: Generated<string | null>
  imapPort: Generated<number | null>
  imapTls: Generated<'tls' | 'starttls' | null>
  imapUser: Generated<string | null>
  /** Sealed. */
  imapPassword: Generated<string | null>
  imapUidValidity: Generated<number>
  imapLastUid: Generated<number>
  imapProblem: Generated<string | null>
  imapBegunAt: Generated<Moment | null>
  imapLookedAt: Generated<Moment | null>
  imapTries: Generated<number>
  imapPassedOver: Generated<number>
  imapPassedOverAt: Generated<Moment | null>
  imapPassedOverWhy: Generated<string | null>
  dailyCap: number | null
  rampStart: number | null
  rampStep: number | null
  rampSince: Moment | null
  active: Generated<boolean>
  isDefault: Generated<boolean>
  problem: string | null
  createdAt: Moment
  updatedAt: Moment
}

export interface OwnersTable {
  portalId: number
  ownerId: string
  email: string | null
  name: string
  archived: boolean
  linkedByHand: Generated<boolean>
  senderId: string | null
  /** As HubSpot spells it. */
  timeZone: Generated<string | null>
}

export interface SendingDomainsTable {
  portalId: number
  domain: string
  dailyCap: number | null
  report: Json<DomainFinding[]> | null
  checkedAt: Moment | null
  passed: Generated<boolean>
  proven: Generated<boolean>
}
