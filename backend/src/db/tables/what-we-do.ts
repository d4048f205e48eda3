import type { Generated } from 'kysely'
import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { SendingRules } from '#shared/contract/limits.ts'
import type {
  DecisionOutcome,
  DecisionReason,
  DeliveryStatus,
  EnrollmentStatus,
  PauseReason,
  StepKind,
  StepRunStatus,
  StopReason,
} from '#shared/vocabulary.ts'
import type { Json, Moment } from './column.ts'

/** `waiting` for its time in the stage, `parked` for a contact. */
export type EntryStatus = 'decided' | 'parked' | 'waiting' | 'awaiting_approval'

export interface StageEntriesTable {
  portalId: number
  id: string
  dealId: string
  pipelineId: string
  stageId: string
  enteredAt: Moment
  eventId: number | null
  status: EntryStatus
  createdAt: Moment
  waitUntil: Generated<Moment | null>
  changeSource: Generated<string | null>
  sourceId: Generated<string | null>
  approvalId: Generated<string | null>
  /** It enrolled nobody only because it was heard of too late. */
  tooOld: Generated<boolean>
}

export interface ApprovalsTable {
  portalId: number
  id: string
  pipelineId: string
  stageId: string
  source: string
  status: 'waiting' | 'approved' | 'refused'
  createdAt: Moment
  answeredAt: Moment | null
  answeredBy: string | null
}

export interface DecisionsTable {
  portalId: number
  id: string
  dealId: string
  eventId: number | null
  stageEntryId: string | null
  /** HubSpot's id. */
  contactId: string | null
  sequenceId: string | null
  outcome: DecisionOutcome
  reason: DecisionReason
  trace: Json<TraceLine[]>
  decidedAt: Moment
  nearestChange: Generated<string | null>
}

export interface EnrollmentsTable {
  portalId: number
  id: string
  sequenceId: string
  version: number
  dealId: string
  /** Our id of the contact. */
  contactId: string
  stageEntryId: string | null
  pipelineId: string | null
  stageId: string | null
  source: 'stage' | 'manual'
  status: EnrollmentStatus
  stopReason: StopReason | null
  stepPosition: number
  stepCount: number
  /** Milliseconds. */
  pausedRemaining: number | null
  /** Null also for a pause from before there were reasons: a person's. */
  pauseReason: Generated<PauseReason | null>
  /** When the pause ends by itself. */
  pausedUntil: Generated<Moment | null>
  enrolledAt: Moment
  enrolledBy: string | null
  endedAt: Moment | null
  updatedAt: Moment
  /** What ended it before its last step, as a sentence. */
  completedWhy: Generated<string | null>
  /** What HubSpot said when it began; `startKept` is false for those that began before this was kept. */
  startKept: Generated<boolean>
  startStageId: Generated<string | null>
  startOwnerId: Generated<string | null>
  startBookedAt: Generated<Moment | null>
  startMeetingAt: Generated<Moment | null>
  /** When a person resumed it last. */
  resumedAt: Generated<Moment | null>
}

/** What a held step waits for, where more than its sentence must tell it. */
export type HeldFor = 'late' | 'restored' | 'approval' | 'task' | 'fault'

export interface StepRunsTable {
  portalId: number
  id: string
  enrollmentId: string
  stepId: string
  position: number
  kind: StepKind
  status: StepRunStatus
  dueAt: Moment
  why: string
  epoch: Generated<number>
  attempts: Generated<number>
  /** Errors of its own in a row, which nobody expected. */
  faults: Generated<number>
  claimNo: Generated<number>
  leaseUntil: Moment | null
  settledAt: Moment | null
  /** The database takes `dueAt` where nobody names another moment. */
  plannedFor: Generated<Moment>
  waitedUntil: Generated<Moment | null>
  approvedAt: Generated<Moment | null>
  heldFor: Generated<HeldFor | null>
  /** Since when it waits for that. */
  heldAt: Generated<Moment | null>
  /** Of a wait for an event. */
  deadline: Generated<Moment | null>
  /** Which way a fork went: `event` or `timeout`, the number of the case from 1 or `otherwise`. */
  took: Generated<string | null>
}

export interface DeliveriesTable {
  portalId: number
  id: string
  stepRunId: string
  enrollmentId: string
  epoch: number
  status: DeliveryStatus
  messageId: string
  recipient: string | null
  subject: string | null
  mime: Buffer | null
  claimNo: number
  leaseUntil: Moment
  response: string | null
  createdAt: Moment
  settledAt: Moment | null
  /** Null: from before there were senders, so the account's own. */
  senderId: Generated<string | null>
  fromAddress: Generated<string | null>
  variant: Generated<string | null>
  /** Where its rewritten links lead. */
  links: Generated<string[] | null>
  tracksOpens: Generated<boolean>
}

export interface SuppressionsTable {
  portalId: number
  addressHash: Buffer
  address: string | null
  reason: 'unsubscribed' | 'bounced' | 'complained' | 'erased'
  createdAt: Moment
}

/** Open while `liftedAt` is null. */
export interface SendingStopsTable {
  portalId: number
  id: string
  /** Null: the whole portal. */
  sequenceId: string | null
  mails: 'all' | 'first'
  cause: 'person' | 'bounces'
  reason: string
  stoppedAt: Moment
  stoppedBy: string
  liftedAt: Moment | null
  liftedBy: string | null
}

export interface IncomingMailsTable {
  portalId: number
  id: string
  contentHash: Buffer
  source: 'imap' | 'mime'
  receivedAt: Moment
  handledAt: Moment
  kind: string
  effect: string
  evidence: Json<string[]>
  enrollmentId: string
  deliveryId: string | null
}

/** Of no portal: how far a mailbox of the operator was read, and who reads it. */
export interface MailboxPositionsTable {
  mailbox: string
  uidValidity: number
  lastUid: number
  failures: number
  reader: string | null
  leasedUntil: Moment | null
  passedOver: Generated<number>
  passedOverAt: Generated<Moment | null>
  passedOverWhy: Generated<string | null>
}

export interface SendingRulesTable {
  portalId: number
  rules: Json<SendingRules>
  updatedAt: Moment
  updatedBy: string
}

/** Of the installation, not of a portal. */
export interface DatabaseIdentitiesTable {
  seenAt: Moment
  identity: string
  restored: boolean
}

export interface ActivitiesTable {
  portalId: number
  id: string
  at: Moment
  kind: string
  actorKind: string
  actor: string | null
  dealId: string | null
  /** HubSpot's id. */
  contactId: string | null
  enrollmentId: string | null
  subjectId: string | null
  data: Json<Record<string, unknown>>
}

export interface TimelineEntriesTable {
  portalId: number
  id: string
  eventType: string
  objectType: 'deal' | 'contact'
  objectId: string
  properties: Json<Record<string, string | number>>
  occurredAt: Moment
  status: Generated<'pending' | 'published' | 'failed'>
  reason: string | null
  publishedAt: Moment | null
}

export interface StatusSettingsTable {
  portalId: number
  enabled: boolean
  changedAt: Moment
  changedBy: string | null
  propertiesAt: Moment | null
  problem: string | null
}

export interface IdempotencyKeysTable {
  portalId: number
  key: string
  operation: string
  inputHash: Buffer
  answer: Json<unknown> | null
  createdAt: Moment
}

export interface HubspotBudgetsTable {
  portalId: number
  family: string
  arrivalAt: Moment
}

export interface HubspotRequestsTable {
  portalId: number
  id: string
  at: Moment
  method: string
  path: string
  status: number | null
  durationMs: number
  request: string | null
  response: string | null
  error: string | null
}
