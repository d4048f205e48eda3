import type { AnswerApproval, ApprovalRow } from '@stagecue/shared/contract/approval.ts'
import type { Change, Done } from '@stagecue/shared/contract/common.ts'
import type {
  DealCard,
  ResolveStep,
  ResumePreview,
  StartResult,
  StartSequence,
  SteerEnrollment,
} from '@stagecue/shared/contract/enrollment.ts'
import type { EventPage, EventQuery, HubSpotRequestRow } from '@stagecue/shared/contract/event.ts'
import type { HubSpotMail, SaveHubSpotMail, SubscriptionTypes } from '@stagecue/shared/contract/hubspot-mail.ts'
import type { HubSpotStatus, SaveHubSpotStatus } from '@stagecue/shared/contract/hubspot-status.ts'
import type { SaveAdmins, SaveSender, Sender, Settings } from '@stagecue/shared/contract/installation.ts'
import type {
  AllowSending,
  DecideAllLateMails,
  DecideLateMails,
  LateMails,
  LateMailsDecided,
  SavedSendingRules,
  SaveSendingRules,
  StopSending,
  Stops,
} from '@stagecue/shared/contract/limits.ts'
import type { ApproveMail, MailToApprove } from '@stagecue/shared/contract/mail-approval.ts'
import type {
  MappingChoices,
  MappingRow,
  RemoveMapping,
  SaveMapping,
  SwitchMapping,
} from '@stagecue/shared/contract/mapping.ts'
import type { Numbers, NumbersQuery, SequenceNumbers } from '@stagecue/shared/contract/numbers.ts'
import type { Pipelines } from '@stagecue/shared/contract/pipeline.ts'
import type { Places, SavePlaces } from '@stagecue/shared/contract/place.ts'
import type {
  Preflight,
  SampleDeals,
  SampleDealsQuery,
  SampleQuery,
  SendTestMail,
  StepPreview,
  StepPreviewQuery,
  TestMailQuery,
  TestMailSent,
} from '@stagecue/shared/contract/preflight.ts'
import type {
  AnswerReview,
  PublishApproval,
  SavePublishApproval,
  SequenceReview,
} from '@stagecue/shared/contract/publish-approval.ts'
import type { RemoveScenarios, SaveScenarios, Scenarios } from '@stagecue/shared/contract/scenario.ts'
import type { HolidayCountries } from '@stagecue/shared/contract/schedule.ts'
import type {
  AddSender,
  ChangeSender,
  CheckDomain,
  ChooseDefault,
  LinkOwner,
  Owners,
  SaveDomain,
  Senders,
  SenderTest,
} from '@stagecue/shared/contract/sender.ts'
import type {
  ChangeSequenceStatus,
  CreateSequence,
  MailPreview,
  PreviewMail,
  SaveSequence,
  Sequence,
  SequenceRow,
} from '@stagecue/shared/contract/sequence.ts'
import type {
  CheckImport,
  CreateFromStarter,
  ImportPlan,
  ImportSequence,
  SequenceFile,
  Starters,
} from '@stagecue/shared/contract/sequence-file.ts'
import type {
  DiffQuery,
  RestoreVersion,
  SequenceDiff,
  SequenceVersion,
  VersionList,
} from '@stagecue/shared/contract/sequence-version.ts'
import type { MoveEnrollments, MovePreview, MoveProgress } from '@stagecue/shared/contract/version-move.ts'
import type { AskWhatIf, WhatIf } from '@stagecue/shared/contract/what-if.ts'
import type { ROUTES } from '@stagecue/shared/routes.ts'
import { type FetchLike, type Route, sendRequest } from './send-request.ts'

/** Every call of the card and the settings page. Each gives the answer's data or throws an `ApiError`. */
export interface Api {
  readDeal(dealId: string): Promise<DealCard>
  startSequence(dealId: string, input: StartSequence): Promise<StartResult>
  steerEnrollment(enrollmentId: string, input: SteerEnrollment): Promise<Done>
  previewResume(enrollmentId: string): Promise<ResumePreview>
  resolveStep(stepRunId: string, input: ResolveStep): Promise<Done>
  readMailToApprove(stepRunId: string): Promise<MailToApprove>
  approveMail(stepRunId: string, input: ApproveMail): Promise<Done>
  listPlaces(): Promise<Places>
  savePlaces(input: SavePlaces): Promise<Places>
  readSettings(): Promise<Settings>
  saveAdmins(input: SaveAdmins): Promise<Done>
  disconnect(input: Change): Promise<Done>
  readSender(): Promise<Sender>
  saveSender(input: SaveSender): Promise<Sender>
  listSenders(): Promise<Senders>
  addSender(input: AddSender): Promise<Senders>
  changeSender(senderId: string, input: ChangeSender): Promise<Senders>
  chooseDefaultSender(senderId: string, input: ChooseDefault): Promise<Senders>
  testSender(senderId: string, input: Change): Promise<SenderTest>
  saveDomain(input: SaveDomain): Promise<Senders>
  checkDomain(input: CheckDomain): Promise<Senders>
  listOwners(): Promise<Owners>
  refreshOwners(input: Change): Promise<Owners>
  linkOwner(ownerId: string, input: LinkOwner): Promise<Owners>
  listStops(): Promise<Stops>
  /** Null: all sending. */
  stopSending(sequenceId: string | null, input: StopSending): Promise<Stops>
  allowSending(sequenceId: string | null, input: AllowSending): Promise<Stops>
  readRules(): Promise<SavedSendingRules>
  saveRules(input: SaveSendingRules): Promise<SavedSendingRules>
  listLateMails(): Promise<LateMails>
  decideLateMails(input: DecideLateMails): Promise<LateMailsDecided>
  decideAllLateMails(input: DecideAllLateMails): Promise<LateMailsDecided>
  retryFaultySteps(input: Change): Promise<LateMailsDecided>
  listPipelines(): Promise<Pipelines>
  refreshPipelines(input: Change): Promise<Pipelines>
  listMappings(): Promise<{ mappings: MappingRow[] }>
  listMappingChoices(): Promise<MappingChoices>
  saveMapping(input: SaveMapping): Promise<Done>
  switchMapping(input: SwitchMapping): Promise<Done>
  removeMapping(input: RemoveMapping): Promise<Done>
  listApprovals(): Promise<{ approvals: ApprovalRow[] }>
  answerApproval(approvalId: string, input: AnswerApproval): Promise<Done>
  listSequences(): Promise<{ sequences: SequenceRow[] }>
  createSequence(input: CreateSequence): Promise<Sequence>
  readSequence(sequenceId: string): Promise<Sequence>
  saveSequence(sequenceId: string, input: SaveSequence): Promise<Sequence>
  changeSequenceStatus(sequenceId: string, input: ChangeSequenceStatus): Promise<Sequence>
  previewMail(input: PreviewMail): Promise<MailPreview>
  listVersions(sequenceId: string): Promise<VersionList>
  readVersion(sequenceId: string, version: number): Promise<SequenceVersion>
  restoreVersion(sequenceId: string, version: number, input: RestoreVersion): Promise<Sequence>
  diffVersions(sequenceId: string, query: DiffQuery): Promise<SequenceDiff>
  previewMove(sequenceId: string, query: { version: number; after?: string }): Promise<MovePreview>
  /** Moves a part; call it again with the same key while something is left. */
  moveEnrollments(sequenceId: string, input: MoveEnrollments): Promise<MoveProgress>
  /** Of the draft when no version is named. */
  exportSequence(sequenceId: string, version?: number): Promise<SequenceFile>
  checkImport(input: CheckImport): Promise<ImportPlan>
  importSequence(input: ImportSequence): Promise<Sequence>
  listStarters(): Promise<Starters>
  createFromStarter(input: CreateFromStarter): Promise<Sequence>
  readReview(sequenceId: string): Promise<SequenceReview>
  answerReview(sequenceId: string, input: AnswerReview): Promise<Sequence>
  readPublishApproval(): Promise<PublishApproval>
  savePublishApproval(input: SavePublishApproval): Promise<PublishApproval>
  readPreflight(sequenceId: string, query: SampleQuery): Promise<Preflight>
  previewStep(sequenceId: string, query: StepPreviewQuery): Promise<StepPreview>
  sendTestMail(sequenceId: string, input: SendTestMail, asked: TestMailQuery): Promise<TestMailSent>
  listSampleDeals(query: SampleDealsQuery): Promise<SampleDeals>
  readWhatIf(sequenceId: string): Promise<WhatIf>
  askWhatIf(sequenceId: string, input: AskWhatIf): Promise<WhatIf>
  readScenarios(sequenceId: string): Promise<Scenarios>
  saveScenarios(sequenceId: string, input: SaveScenarios): Promise<Scenarios>
  removeScenarios(sequenceId: string, input: RemoveScenarios): Promise<Scenarios>
  listHolidayCountries(): Promise<HolidayCountries>
  listEvents(query: EventQuery): Promise<EventPage>
  rerunEvent(eventId: string, input: Change): Promise<Done>
  deleteEvent(eventId: string, input: Change): Promise<Done>
  listRequests(): Promise<{ requests: HubSpotRequestRow[] }>
  readNumbers(query: NumbersQuery): Promise<Numbers>
  readSequenceNumbers(sequenceId: string, query: NumbersQuery): Promise<SequenceNumbers>
  readHubSpotStatus(): Promise<HubSpotStatus>
  saveHubSpotStatus(input: SaveHubSpotStatus): Promise<HubSpotStatus>
  readHubSpotMail(): Promise<HubSpotMail>
  listSubscriptionTypes(): Promise<SubscriptionTypes>
  saveHubSpotMail(input: SaveHubSpotMail): Promise<HubSpotMail>
}

export interface ApiParts {
  fetch: FetchLike
  /** Our backend's, e.g. `https://app.stagecue.example`. */
  origin: string
  /** `ROUTES` of the shared package, handed in like the SDK (see `Sdk`). */
  routes: typeof ROUTES
}

/**
 * The calls over one `hubspot.fetch`. The shapes are the contract's: our backend validates its own answers, so they are
 * not checked a second time here.
 */
export function createApi({ fetch, origin, routes }: ApiParts): Api {
  const send = async <T>(route: Route): Promise<T> => (await sendRequest(fetch, origin, route)) as T
  const get = <T>(path: string, query: Record<string, string | undefined> = {}) =>
    send<T>({ method: 'GET', path, query })
  const post = <T>(path: string, body: { [key: string]: unknown }) => send<T>({ method: 'POST', path, body })
  const put = <T>(path: string, body: { [key: string]: unknown }) => send<T>({ method: 'PUT', path, body })

  return {
    readDeal: (dealId) => get(routes.deal(dealId)),
    startSequence: (dealId, input) => post(routes.dealEnrollments(dealId), input),
    steerEnrollment: (enrollmentId, input) => post(routes.enrollment(enrollmentId), input),
    previewResume: (enrollmentId) => get(routes.resumePreview(enrollmentId)),
    resolveStep: (stepRunId, input) => post(routes.stepRun(stepRunId), input),
    readMailToApprove: (stepRunId) => get(routes.mailToApprove(stepRunId)),
    approveMail: (stepRunId, input) => post(routes.approveMail(stepRunId), input),
    listPlaces: () => get(routes.places),
    savePlaces: (input) => put(routes.places, input),
    readSettings: () => get(routes.settings),
    saveAdmins: (input) => put(routes.admins, input),
    disconnect: (input) => post(routes.disconnect, input),
    readSender: () => get(routes.sender),
    saveSender: (input) => put(routes.sender, input),
    listSenders: () => get(routes.senders),
    addSender: (input) => post(routes.senders, input),
    changeSender: (senderId, input) => put(routes.changeSender(senderId), input),
    chooseDefaultSender: (senderId, input) => post(routes.defaultSender(senderId), input),
    testSender: (senderId, input) => post(routes.testSender(senderId), input),
    saveDomain: (input) => put(routes.sendingDomains, input),
    checkDomain: (input) => post(routes.checkDomain, input),
    listOwners: () => get(routes.owners),
    refreshOwners: (input) => post(routes.refreshOwners, input),
    linkOwner: (ownerId, input) => put(routes.owner(ownerId), input),
    listStops: () => get(routes.stops),
    stopSending: (sequenceId, input) =>
      post(sequenceId === null ? routes.stops : routes.stopSequence(sequenceId), input),
    allowSending: (sequenceId, input) =>
      post(sequenceId === null ? routes.liftStop : routes.liftSequenceStop(sequenceId), input),
    readRules: () => get(routes.rules),
    saveRules: (input) => put(routes.rules, input),
    listLateMails: () => get(routes.lateMails),
    decideLateMails: (input) => post(routes.lateMails, input),
    decideAllLateMails: (input) => post(routes.allLateMails, input),
    retryFaultySteps: (input) => post(routes.retryFaultySteps, input),
    listPipelines: () => get(routes.pipelines),
    refreshPipelines: (input) => post(routes.refreshPipelines, input),
    listMappings: () => get(routes.mappings),
    listMappingChoices: () => get(routes.mappingChoices),
    saveMapping: (input) => put(routes.mappings, input),
    switchMapping: (input) => post(routes.switchMapping, input),
    removeMapping: (input) => post(routes.removeMapping, input),
    listApprovals: () => get(routes.approvals),
    answerApproval: (approvalId, input) => post(routes.approval(approvalId), input),
    listSequences: () => get(routes.sequences),
    createSequence: (input) => post(routes.sequences, input),
    readSequence: (sequenceId) => get(routes.sequence(sequenceId)),
    saveSequence: (sequenceId, input) => put(routes.sequence(sequenceId), input),
    changeSequenceStatus: (sequenceId, input) => post(routes.sequenceStatus(sequenceId), input),
    previewMail: (input) => post(routes.preview, input),
    listVersions: (sequenceId) => get(routes.versions(sequenceId)),
    readVersion: (sequenceId, version) => get(routes.version(sequenceId, version)),
    restoreVersion: (sequenceId, version, input) => post(routes.restoreVersion(sequenceId, version), input),
    diffVersions: (sequenceId, query) => get(routes.sequenceDiff(sequenceId), query),
    previewMove: (sequenceId, { version, after }) => get(routes.moves(sequenceId), { version: String(version), after }),
    moveEnrollments: (sequenceId, input) => post(routes.moves(sequenceId), input),
    exportSequence: (sequenceId, version) =>
      get(routes.sequenceFile(sequenceId), { version: version === undefined ? undefined : String(version) }),
    checkImport: (input) => post(routes.checkImport, input),
    importSequence: (input) => post(routes.importSequence, input),
    listStarters: () => get(routes.starters),
    createFromStarter: (input) => post(routes.starters, input),
    readReview: (sequenceId) => get(routes.review(sequenceId)),
    answerReview: (sequenceId, input) => post(routes.review(sequenceId), input),
    readPublishApproval: () => get(routes.publishApproval),
    savePublishApproval: (input) => put(routes.publishApproval, input),
    readPreflight: (sequenceId, query) => get(routes.preflight(sequenceId), query),
    previewStep: (sequenceId, query) => get(routes.previewStep(sequenceId), query),
    sendTestMail: (sequenceId, input, asked) =>
      send({ method: 'POST', path: routes.testMail(sequenceId), query: { ...asked }, body: input }),
    listSampleDeals: (query) => get(routes.sampleDeals, query),
    readWhatIf: (sequenceId) => get(routes.whatIf(sequenceId)),
    askWhatIf: (sequenceId, input) => post(routes.whatIf(sequenceId), input),
    readScenarios: (sequenceId) => get(routes.scenarios(sequenceId)),
    saveScenarios: (sequenceId, input) => put(routes.scenarios(sequenceId), input),
    removeScenarios: (sequenceId, input) => post(routes.removeScenarios(sequenceId), input),
    listHolidayCountries: () => get(routes.holidayCountries),
    listEvents: (query) => get(routes.events, query),
    rerunEvent: (eventId, input) => post(routes.rerunEvent(eventId), input),
    deleteEvent: (eventId, input) => post(routes.deleteEvent(eventId), input),
    listRequests: () => get(routes.requests),
    readNumbers: (query) => get(routes.numbers, query),
    readSequenceNumbers: (sequenceId, query) => get(routes.sequenceNumbers(sequenceId), query),
    readHubSpotStatus: () => get(routes.hubspotStatus),
    saveHubSpotStatus: (input) => put(routes.hubspotStatus, input),
    readHubSpotMail: () => get(routes.hubspotMail),
    listSubscriptionTypes: () => get(routes.subscriptionTypes),
    saveHubSpotMail: (input) => put(routes.hubspotMail, input),
  }
}
