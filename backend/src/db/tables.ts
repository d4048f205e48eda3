import type {
  ContactPlacesTable,
  MailApprovalsTable,
  PlaceStagesTable,
  PlacesTable,
  StepTasksTable,
} from './tables/acts.ts'
import type { TestMailsTable } from './tables/test-mails.ts'
import type { VersionMoveOutcomesTable, VersionMovesTable } from './tables/version-moves.ts'
import type {
  ConversionsTable,
  HubspotMailSettingsTable,
  MailRecordsTable,
  OptOutWritesTable,
  StatusWritesTable,
} from './tables/what-hubspot-is-told.ts'
import type { WhatIfRunsTable } from './tables/what-if.ts'
import type {
  ActivitiesTable,
  ApprovalsTable,
  DatabaseIdentitiesTable,
  DecisionsTable,
  DeliveriesTable,
  EnrollmentsTable,
  HubspotBudgetsTable,
  HubspotRequestsTable,
  IdempotencyKeysTable,
  IncomingMailsTable,
  MailboxPositionsTable,
  SendingRulesTable,
  SendingStopsTable,
  StageEntriesTable,
  StatusSettingsTable,
  StepRunsTable,
  SuppressionsTable,
  TimelineEntriesTable,
} from './tables/what-we-do.ts'
import type {
  AdminsTable,
  ContactsTable,
  DealContactsTable,
  DealsTable,
  EventsTable,
  InstallationsTable,
  LanesTable,
  MappingsTable,
  OauthStatesTable,
  OauthTokensTable,
  OwnersTable,
  PipelinesTable,
  PublishRequestsTable,
  SendersTable,
  SendingDomainsTable,
  SequenceScenariosTable,
  SequenceSettingsTable,
  SequencesTable,
  SequenceVersionsTable,
  StagesTable,
} from './tables/what-we-know.ts'
import type { BouncesTable, ClicksTable, OpensTable } from './tables/what-we-measure.ts'

export type * from './tables/acts.ts'
export type * from './tables/test-mails.ts'
export type * from './tables/version-moves.ts'
export type * from './tables/what-hubspot-is-told.ts'
export type * from './tables/what-if.ts'
export type * from './tables/what-we-do.ts'
export type * from './tables/what-we-know.ts'
export type * from './tables/what-we-measure.ts'

/** The one description of all tables, in camel case. A test compares it with the live catalog. */
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
  sequenceSettings: SequenceSettingsTable
  publishRequests: PublishRequestsTable
  mappings: MappingsTable
  deals: DealsTable
  contacts: ContactsTable
  dealContacts: DealContactsTable
  stageEntries: StageEntriesTable
  decisions: DecisionsTable
  approvals: ApprovalsTable
  enrollments: EnrollmentsTable
  versionMoves: VersionMovesTable
  versionMoveOutcomes: VersionMoveOutcomesTable
  stepRuns: StepRunsTable
  deliveries: DeliveriesTable
  bounces: BouncesTable
  clicks: ClicksTable
  opens: OpensTable
  mailApprovals: MailApprovalsTable
  stepTasks: StepTasksTable
  places: PlacesTable
  placeStages: PlaceStagesTable
  contactPlaces: ContactPlacesTable
  suppressions: SuppressionsTable
  sendingStops: SendingStopsTable
  incomingMails: IncomingMailsTable
  mailboxPositions: MailboxPositionsTable
  senders: SendersTable
  owners: OwnersTable
  sendingDomains: SendingDomainsTable
  sendingRules: SendingRulesTable
  databaseIdentities: DatabaseIdentitiesTable
  activities: ActivitiesTable
  timelineEntries: TimelineEntriesTable
  statusSettings: StatusSettingsTable
  statusWrites: StatusWritesTable
  hubspotMailSettings: HubspotMailSettingsTable
  optOutWrites: OptOutWritesTable
  mailRecords: MailRecordsTable
  conversions: ConversionsTable
  testMails: TestMailsTable
  idempotencyKeys: IdempotencyKeysTable
  hubspotBudgets: HubspotBudgetsTable
  hubspotRequests: HubspotRequestsTable
  whatIfRuns: WhatIfRunsTable
  sequenceScenarios: SequenceScenariosTable
}
