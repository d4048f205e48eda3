/**
 * Where each call of the cards and the settings page lives, in one place for both sides. Imports nothing.
 *
 * GET  /api/deals/:dealId                     DealCard
 * POST /api/deals/:dealId/enrollments         StartSequence -> StartResult
 * POST /api/enrollments/:enrollmentId         SteerEnrollment -> Done
 * GET  /api/enrollments/:enrollmentId/resume  ResumePreview
 * POST /api/step-runs/:stepRunId              ResolveStep -> Done
 * GET  /api/step-runs/:stepRunId/mail         MailToApprove
 * POST /api/step-runs/:stepRunId/approval     ApproveMail -> Done
 * GET  /api/settings                          Settings
 * PUT  /api/admins                            SaveAdmins -> Done            (admin)
 * POST /api/disconnect                        Change -> Done                (admin)
 * GET  /api/sender                            Sender
 * PUT  /api/sender                            SaveSender -> Sender          (admin)
 * GET  /api/senders                         Senders
 * POST /api/senders                         AddSender -> Senders            (admin)
 * PUT  /api/senders/:senderId               ChangeSender -> Senders         (admin)
 * POST /api/senders/:senderId/default       Change -> Senders               (admin)
 * POST /api/senders/:senderId/test          Change -> SenderTest            (admin)
 * PUT  /api/sending-domains                 SaveDomain -> Senders           (admin)
 * POST /api/sending-domains/check           CheckDomain -> Senders          (admin)
 * GET  /api/owners                          Owners
 * POST /api/owners/refresh                  Change -> Owners                (admin)
 * PUT  /api/owners/:ownerId                 LinkOwner -> Owners             (admin)
 * GET  /api/stops                             Stops
 * POST /api/stops                             StopSending -> Stops          (admin)
 * POST /api/stops/lift                        AllowSending -> Stops         (admin)
 * POST /api/sequences/:sequenceId/stop        StopSending -> Stops          (admin)
 * POST /api/sequences/:sequenceId/stop/lift   AllowSending -> Stops         (admin)
 * GET  /api/rules                             SendingRules
 * PUT  /api/rules                             SaveSendingRules -> SendingRules (admin)
 * GET  /api/late-mails                        LateMails
 * POST /api/late-mails                        DecideLateMails -> LateMailsDecided (admin)
 * POST /api/late-mails/all                    DecideAllLateMails -> LateMailsDecided (admin)
 * POST /api/faulty-steps/retry                Change -> LateMailsDecided     (admin)
 * GET  /api/places                            Places
 * PUT  /api/places                            SavePlaces -> Places          (admin)
 * GET  /api/pipelines                         Pipelines
 * POST /api/pipelines/refresh                 Change -> Pipelines           (admin)
 * GET  /api/mappings                          { mappings: MappingRow[] }
 * GET  /api/mappings/choices                  MappingChoices
 * PUT  /api/mappings                          SaveMapping -> Done           (admin)
 * POST /api/mappings/switch                   SwitchMapping -> Done         (admin)
 * POST /api/mappings/remove                   RemoveMapping -> Done         (admin)
 * GET  /api/approvals                         { approvals: ApprovalRow[] }
 * POST /api/approvals/:approvalId             AnswerApproval -> Done        (admin)
 * GET  /api/sequences                         { sequences: SequenceRow[] }
 * POST /api/sequences                         CreateSequence -> Sequence    (admin)
 * GET  /api/sequences/:sequenceId             Sequence
 * PUT  /api/sequences/:sequenceId             SaveSequence -> Sequence      (admin)
 * POST /api/sequences/:sequenceId/status      ChangeSequenceStatus -> Sequence (admin)
 * POST /api/sequences/preview                 PreviewMail -> MailPreview
 * GET  /api/sequences/:sequenceId/versions    VersionList
 * GET  /api/sequences/:sequenceId/versions/:version SequenceVersion
 * POST /api/sequences/:sequenceId/versions/:version/draft RestoreVersion -> Sequence (admin)
 * GET  /api/sequences/:sequenceId/diff?from&to SequenceDiff
 * GET  /api/sequences/:sequenceId/moves?version&after MovePreview           (admin)
 * POST /api/sequences/:sequenceId/moves       MoveEnrollments -> MoveProgress (admin)
 * GET  /api/sequences/:sequenceId/file?version SequenceFile
 * POST /api/sequences/import/check            CheckImport -> ImportPlan     (admin)
 * POST /api/sequences/import                  ImportSequence -> Sequence    (admin)
 * GET  /api/sequences/starters                Starters
 * POST /api/sequences/starters                CreateFromStarter -> Sequence (admin)
 * GET  /api/sequences/:sequenceId/review      SequenceReview
 * POST /api/sequences/:sequenceId/review      AnswerReview -> Sequence      (admin)
 * GET  /api/publish-approval                  PublishApproval
 * PUT  /api/publish-approval                  SavePublishApproval -> PublishApproval (admin)
 * GET  /api/sequences/:sequenceId/preflight?dealId&contactId  Preflight (admin)
 * GET  /api/sequences/:sequenceId/preview?stepId&dealId&contactId  StepPreview (admin)
 * POST /api/sequences/:sequenceId/test-mail?dealId&contactId  SendTestMail -> TestMailSent (admin)
 * GET  /api/deals?search                      SampleDeals                   (admin)
 * GET  /api/sequences/:sequenceId/what-if     WhatIf                        (admin)
 * POST /api/sequences/:sequenceId/what-if     AskWhatIf -> WhatIf           (admin)
 * GET  /api/sequences/:sequenceId/scenarios   Scenarios
 * PUT  /api/sequences/:sequenceId/scenarios   SaveScenarios -> Scenarios    (admin)
 * POST /api/sequences/:sequenceId/scenarios/remove RemoveScenarios -> Scenarios (admin)
 * GET  /api/holiday-countries                 HolidayCountries
 * GET  /api/events?status&before              EventPage
 * POST /api/events/:eventId/rerun             Change -> Done                (admin)
 * POST /api/events/:eventId/delete            Change -> Done                (admin)
 * GET  /api/requests                          { requests: HubSpotRequestRow[] }
 * GET  /api/numbers?days                      Numbers
 * GET  /api/numbers/:sequenceId?days          SequenceNumbers
 * GET  /api/hubspot-status                    HubSpotStatus
 * PUT  /api/hubspot-status                    SaveHubSpotStatus -> HubSpotStatus (admin)
 * GET  /api/hubspot-mail                      HubSpotMail
 * GET  /api/hubspot-mail/subscriptions        SubscriptionTypes
 * PUT  /api/hubspot-mail                      SaveHubSpotMail -> HubSpotMail (admin)
 *
 * Every answer is `{ ok: true, data }` or `{ ok: false, error: { code, message, requestId } }` (contract/common.ts).
 */
export const ROUTES = {
  deal: (dealId: string) => `/api/deals/${dealId}`,
  dealEnrollments: (dealId: string) => `/api/deals/${dealId}/enrollments`,
  enrollment: (enrollmentId: string) => `/api/enrollments/${enrollmentId}`,
  resumePreview: (enrollmentId: string) => `/api/enrollments/${enrollmentId}/resume`,
  stepRun: (stepRunId: string) => `/api/step-runs/${stepRunId}`,
  mailToApprove: (stepRunId: string) => `/api/step-runs/${stepRunId}/mail`,
  approveMail: (stepRunId: string) => `/api/step-runs/${stepRunId}/approval`,
  settings: '/api/settings',
  admins: '/api/admins',
  disconnect: '/api/disconnect',
  sender: '/api/sender',
  senders: '/api/senders',
  changeSender: (senderId: string) => `/api/senders/${senderId}`,
  defaultSender: (senderId: string) => `/api/senders/${senderId}/default`,
  testSender: (senderId: string) => `/api/senders/${senderId}/test`,
  sendingDomains: '/api/sending-domains',
  checkDomain: '/api/sending-domains/check',
  owners: '/api/owners',
  refreshOwners: '/api/owners/refresh',
  owner: (ownerId: string) => `/api/owners/${ownerId}`,
  stops: '/api/stops',
  liftStop: '/api/stops/lift',
  stopSequence: (sequenceId: string) => `/api/sequences/${sequenceId}/stop`,
  liftSequenceStop: (sequenceId: string) => `/api/sequences/${sequenceId}/stop/lift`,
  rules: '/api/rules',
  lateMails: '/api/late-mails',
  allLateMails: '/api/late-mails/all',
  retryFaultySteps: '/api/faulty-steps/retry',
  places: '/api/places',
  pipelines: '/api/pipelines',
  refreshPipelines: '/api/pipelines/refresh',
  mappings: '/api/mappings',
  mappingChoices: '/api/mappings/choices',
  switchMapping: '/api/mappings/switch',
  removeMapping: '/api/mappings/remove',
  approvals: '/api/approvals',
  approval: (approvalId: string) => `/api/approvals/${approvalId}`,
  sequences: '/api/sequences',
  sequence: (sequenceId: string) => `/api/sequences/${sequenceId}`,
  sequenceStatus: (sequenceId: string) => `/api/sequences/${sequenceId}/status`,
  preview: '/api/sequences/preview',
  versions: (sequenceId: string) => `/api/sequences/${sequenceId}/versions`,
  version: (sequenceId: string, version: number) => `/api/sequences/${sequenceId}/versions/${version}`,
  restoreVersion: (sequenceId: string, version: number) => `/api/sequences/${sequenceId}/versions/${version}/draft`,
  sequenceDiff: (sequenceId: string) => `/api/sequences/${sequenceId}/diff`,
  moves: (sequenceId: string) => `/api/sequences/${sequenceId}/moves`,
  sequenceFile: (sequenceId: string) => `/api/sequences/${sequenceId}/file`,
  checkImport: '/api/sequences/import/check',
  importSequence: '/api/sequences/import',
  starters: '/api/sequences/starters',
  review: (sequenceId: string) => `/api/sequences/${sequenceId}/review`,
  publishApproval: '/api/publish-approval',
  preflight: (sequenceId: string) => `/api/sequences/${sequenceId}/preflight`,
  previewStep: (sequenceId: string) => `/api/sequences/${sequenceId}/preview`,
  testMail: (sequenceId: string) => `/api/sequences/${sequenceId}/test-mail`,
  sampleDeals: '/api/deals',
  whatIf: (sequenceId: string) => `/api/sequences/${sequenceId}/what-if`,
  scenarios: (sequenceId: string) => `/api/sequences/${sequenceId}/scenarios`,
  removeScenarios: (sequenceId: string) => `/api/sequences/${sequenceId}/scenarios/remove`,
  holidayCountries: '/api/holiday-countries',
  events: '/api/events',
  rerunEvent: (eventId: string) => `/api/events/${eventId}/rerun`,
  deleteEvent: (eventId: string) => `/api/events/${eventId}/delete`,
  requests: '/api/requests',
  numbers: '/api/numbers',
  sequenceNumbers: (sequenceId: string) => `/api/numbers/${sequenceId}`,
  hubspotStatus: '/api/hubspot-status',
  hubspotMail: '/api/hubspot-mail',
  subscriptionTypes: '/api/hubspot-mail/subscriptions',
} as const
