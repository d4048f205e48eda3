import type { MailToApprove } from '@stagecue/shared/contract/mail-approval.ts'
import type { DealCard, DealContact, EnrollmentRow, ResumePreview } from '#shared/contract/enrollment.ts'
import type { EventRow } from '#shared/contract/event.ts'
import type { Health, Sender, Settings } from '#shared/contract/installation.ts'
import type { SavedSendingRules } from '#shared/contract/limits.ts'
import type { MappingChoices, MappingRow } from '#shared/contract/mapping.ts'
import type { HolidayCountries } from '#shared/contract/schedule.ts'
import type { Sequence, SequenceRow } from '#shared/contract/sequence.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'

/** The present moment of these tests: Saturday 21 November 2026, 09:00 in Berlin. */
export const NOW = Date.parse('2026-11-21T08:00:00Z')

export const SEQUENCE_ID = '00000000-0000-4000-8000-000000000001'
export const ENROLLMENT_ID = '00000000-0000-4000-8000-000000000002'
export const STEP_RUN_ID = '00000000-0000-4000-8000-000000000003'

export function enrollmentRow(changes: Partial<EnrollmentRow> = {}): EnrollmentRow {
  return {
    id: ENROLLMENT_ID,
    sequenceName: 'Follow up on a proposal',
    version: 1,
    status: 'active',
    step: 'Step 2 of 3: e-mail “Any questions?”',
    nextSendAt: '2026-11-24T08:30:00Z',
    why: 'Enrolled because the deal entered Contract sent on 20 Nov.',
    attention: null,
    source: 'stage',
    enrolledAt: '2026-11-20T08:30:00Z',
    canPause: true,
    canResume: false,
    canStop: true,
    ...changes,
  }
}

export function dealContact(changes: Partial<DealContact> = {}): DealContact {
  return {
    contactId: '501',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    blocked: null,
    place: null,
    enrollments: [],
    ...changes,
  }
}

export function dealCard(changes: Partial<DealCard> = {}): DealCard {
  return {
    connection: 'connected',
    connectionMessage: null,
    deal: {
      dealId: '9001',
      name: 'Engine no. 1',
      pipelineLabel: 'Sales pipeline',
      stageLabel: 'Contract sent',
      stageStarts: 'Entering it starts “Follow up on a proposal”.',
    },
    contacts: [dealContact({ enrollments: [enrollmentRow()] })],
    sequences: [{ id: SEQUENCE_ID, name: 'Follow up on a proposal', steps: 3 }],
    decisions: [
      {
        at: '2026-11-20T08:30:00Z',
        outcome: 'enrolled',
        sentence: 'Ada Lovelace was enrolled because the deal entered Contract sent.',
        trace: [
          { condition: 'Stage is mapped', expected: 'a mapping', actual: 'Follow up on a proposal', passed: true },
          { condition: 'Contact has not opted out', expected: 'no', actual: 'yes', passed: false },
        ],
      },
    ],
    activity: [{ at: '2026-11-20T08:31:00Z', text: 'Step 1 was sent to Ada Lovelace', by: 'stagecue', who: null }],
    working: false,
    ...changes,
  }
}

export const HEALTH: Health = {
  webhookUrl: 'https://app.stagecue.example/webhooks/hubspot',
  subscriptions: ['object.propertyChange deal dealstage'],
  lastEventAt: '2026-11-21T07:00:00Z',
  eventsLastDay: 12,
  pendingEvents: 0,
  failedEvents: 1,
  duePastSteps: 0,
  unconfirmedMails: 0,
  heldSteps: 2,
  hubspotCallsLastDay: 40,
  hubspotErrorsLastDay: 3,
  findings: [{ level: 'warning', code: 'held_steps', message: 'Two e-mails are held. Open their deals.' }],
}

export function settings(changes: Partial<Settings> = {}): Settings {
  return {
    connection: {
      status: 'connected',
      reason: null,
      portalId: 4242,
      accountName: 'acme.example',
      connectedAt: '2026-11-01T10:00:00Z',
      connectedBy: 'boss@acme.example',
      missingScopes: [],
      connectUrl: 'https://app.stagecue.example/oauth/install',
    },
    health: HEALTH,
    access: { mayConfigure: true, admins: ['boss@acme.example', 'ops@acme.example'], revision: 4 },
    ...changes,
  }
}

export function mappingRow(changes: Partial<MappingRow> = {}): MappingRow {
  return {
    pipelineId: 'default',
    stageId: 'contractsent',
    sequenceId: SEQUENCE_ID,
    active: true,
    pipelineLabel: 'Sales pipeline',
    stageLabel: 'Contract sent',
    sequenceName: 'Follow up on a proposal',
    policy: DEFAULT_POLICY,
    revision: 3,
    sequenceStatus: 'active',
    state: 'valid',
    ...changes,
  }
}

export const PIPELINES = {
  refreshedAt: '2026-11-21T07:00:00Z',
  pipelines: [
    {
      pipelineId: 'default',
      label: 'Sales pipeline',
      stages: [
        { stageId: 'appointment', label: 'Appointment', isClosed: false },
        { stageId: 'contractsent', label: 'Contract sent', isClosed: false },
        { stageId: 'closedwon', label: 'Closed won', isClosed: true },
      ],
    },
  ],
}

export function sequenceRow(changes: Partial<SequenceRow> = {}): SequenceRow {
  return {
    id: SEQUENCE_ID,
    name: 'Follow up on a proposal',
    status: 'active',
    version: 1,
    stepCount: 5,
    activeEnrollments: 2,
    hasUnpublishedChanges: false,
    updatedAt: '2026-11-20T10:00:00Z',
    ...changes,
  }
}

export function sequence(changes: Partial<Sequence> = {}): Sequence {
  return {
    id: SEQUENCE_ID,
    name: 'Onboarding',
    status: 'draft',
    version: null,
    draft: {
      stopWhenStageLeft: true,
      steps: [
        { id: 'one', kind: 'email', subject: 'Welcome', body: 'Hello there' },
        { id: 'pause', kind: 'wait', amount: 2, unit: 'days' },
        { id: 'two', kind: 'email', subject: 'How is it going?', body: 'Tell us.' },
      ],
    },
    revision: 7,
    hasUnpublishedChanges: true,
    fields: [
      { name: 'contact.first_name', example: 'Ada' },
      { name: 'deal.name', example: 'Engine no. 1' },
    ],
    ...changes,
  }
}

export function eventRow(changes: Partial<EventRow> = {}): EventRow {
  return {
    eventId: '17',
    receivedAt: '2026-11-21T07:00:01Z',
    occurredAt: '2026-11-21T07:00:00Z',
    type: 'object.propertyChange',
    summary: 'Deal 9001 moved to stage Contract sent',
    dealId: '9001',
    status: 'done',
    attempts: 1,
    reason: null,
    tooOld: false,
    decisions: [],
    ...changes,
  }
}

export const SENDER: Sender = {
  fromName: 'Acme Sales',
  fromAddress: 'p4242@mail.stagecue.example',
  replyTo: 'sales@acme.example',
  postalAddress: 'Acme, 1 Main Street',
  revision: 2,
}

export const HOLIDAY_COUNTRIES: HolidayCountries = {
  countries: [
    { code: 'DE', name: 'Germany', regions: [{ code: 'BY', name: 'Bayern' }] },
    { code: 'SG', name: 'Singapore', regions: [] },
  ],
}

export const MAIL_TO_APPROVE: MailToApprove = {
  from: 'Ada Rep <sales-1@mail.example.com>',
  subject: 'Hello Ada',
  text: 'Hi Ada,\n\nany questions?',
  problem: null,
  seen: 'ab12',
  edit: { subject: 'Hello Ada', body: 'Hi Ada,\n\nany questions?' },
}

export const RESUME_PREVIEW: ResumePreview = {
  steps: [
    { step: 'Step 2 of 3: e-mail “Any questions?”', at: '2026-11-23T08:00:00Z', why: 'Sat 21 Nov has no window.' },
    { step: 'Step 3 of 3: e-mail “Goodbye”', at: null, why: 'The deal has no "Close date".' },
  ],
}

/** What the rules of a mapping may name. */
export const CHOICES: MappingChoices = {
  deal: [
    { name: 'amount', label: 'Amount', type: 'number', options: [] },
    {
      name: 'dealtype',
      label: 'Deal type',
      type: 'choices',
      options: [
        { label: 'New business', value: 'newbusiness' },
        { label: 'Existing business', value: 'existingbusiness' },
      ],
    },
  ],
  contact: [{ name: 'country', label: 'Country', type: 'text', options: [] }],
  labels: [{ category: 'USER_DEFINED', typeId: 36, label: 'Champion' }],
}
export const RULES: SavedSendingRules = {
  contactHours: 24,
  companyMinutes: 5,
  portalPerDay: 0,
  sensibleHours: 24,
  revision: 6,
}
