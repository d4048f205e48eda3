import type { Generated } from 'kysely'
import type { TraceLine } from '#shared/contract/enrollment.ts'
import type {
  DecisionOutcome,
  DecisionReason,
  DeliveryStatus,
  EnrollmentStatus,
  StepRunStatus,
  StopReason,
} from '#shared/vocabulary.ts'
import type { Json, Moment } from './column.ts'

export interface StageEntriesTable {
  portalId: number
  id: string
  dealId: string
  pipelineId: string
  stageId: string
  enteredAt: Moment
  eventId: number | null
  status: 'decided' | 'parked'
  createdAt: Moment
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
  enrolledAt: Moment
  enrolledBy: string | null
  endedAt: Moment | null
  updatedAt: Moment
}

export interface StepRunsTable {
  portalId: number
  id: string
  enrollmentId: string
  stepId: string
  position: number
  kind: 'email' | 'wait'
  status: StepRunStatus
  dueAt: Moment
  why: string
  epoch: Generated<number>
  attempts: Generated<number>
  claimNo: Generated<number>
  leaseUntil: Moment | null
  settledAt: Moment | null
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
