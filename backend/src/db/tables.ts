import type { ColumnType, Generated } from 'kysely'
import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type {
  DecisionOutcome,
  DecisionReason,
  DeliveryStatus,
  EnrollmentStatus,
  EventStatus,
  InstallationStatus,
  SequenceStatus,
  StepRunStatus,
  StopReason,
} from '#shared/vocabulary.ts'

/** The one description of all tables, in camel case. A test compares it with the live catalog. */

type Moment = Temporal.Instant
/** Written as JSON text, read back as a value. */
type Json<T> = ColumnType<T, string, string>

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
}

export interface OauthTokensTable {
  portalId: number
  accessToken: string
  refreshToken: string
  expiresAt: Moment
  tokenVersion: Generated<number>
  refreshClaim: string | null
  refreshClaimedUntil: Moment | null
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
}

export type LaneKind = 'events' | 'steps' | 'timeline'

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
}

export interface SequenceVersionsTable {
  portalId: number
  sequenceId: string
  version: number
  definition: Json<SequenceDefinition>
  publishedAt: Moment
  publishedBy: string | null
}

export interface MappingsTable {
  portalId: number
  pipelineId: string
  stageId: string
  sequenceId: string
  active: boolean
  updatedAt: Moment
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
}

export interface DealContactsTable {
  portalId: number
  dealId: string
  contactId: string
  seenAt: Moment
}

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

export interface Tables {
  installations: InstallationsTable
  oauthTokens: OauthTokensTable
  admins: AdminsTable
  oauthStates: OauthStatesTable
  events: EventsTable
  lanes: LanesTable
  pipelines: PipelinesTable
  stages: StagesTable
  sequences: SequencesTable
  sequenceVersions: SequenceVersionsTable
  mappings: MappingsTable
  deals: DealsTable
  contacts: ContactsTable
  dealContacts: DealContactsTable
  stageEntries: StageEntriesTable
  decisions: DecisionsTable
  enrollments: EnrollmentsTable
  stepRuns: StepRunsTable
  deliveries: DeliveriesTable
  suppressions: SuppressionsTable
  activities: ActivitiesTable
  timelineEntries: TimelineEntriesTable
  idempotencyKeys: IdempotencyKeysTable
  hubspotBudgets: HubspotBudgetsTable
  hubspotRequests: HubspotRequestsTable
}
