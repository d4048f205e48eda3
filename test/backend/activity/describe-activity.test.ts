import { expect, test } from 'vitest'
import { describeActivity } from '#modules/activity/describe-activity.ts'
import { ACTIVITY_KINDS, type ActivityKind } from '#modules/activity/kinds.ts'

const told = (kind: ActivityKind, data: Record<string, unknown> = {}, contact?: string) =>
  describeActivity({ kind, dealId: '124', contactId: '51', data, ...(contact ? { contact } : {}) })

test.each<[ActivityKind, Record<string, unknown>, string]>([
  ['deal.entered_stage', { stage: 'Demo scheduled' }, 'Deal moved to Demo scheduled in HubSpot'],
  ['contact.synced', {}, 'Contact synced from HubSpot deal #124'],
  ['enrollment.started', { sequence: 'Demo follow-up', source: 'stage' }, 'Enrolled in Demo follow-up'],
  ['enrollment.started', { sequence: 'Demo follow-up', source: 'manual' }, 'Enrolled in Demo follow-up by hand'],
  ['enrollment.stopped', { sequence: 'Demo', reason: 'stage_left' }, 'Demo was stopped: the deal left the stage'],
  ['step.sent', { step: 1, subject: 'Looking forward' }, 'Step 1 “Looking forward” was accepted by the mail server'],
  ['step.sent', { step: 2, sequence: 'Demo' }, 'Step 2 of Demo was accepted by the mail server'],
  [
    'enrollment.refused',
    { sequence: 'Demo', reason: 'no_email' },
    'Not enrolled in Demo: the contact has no e-mail address',
  ],
  ['step.held', { step: 2, reason: 'The sender is missing.' }, 'Step 2 waits for a decision: the sender is missing'],
  ['pipelines.refreshed', { pipelines: 1, stages: 7 }, 'Pipelines were read from HubSpot: 1 pipeline, 7 stages'],
  ['mapping.saved', { stage: 'Booked', sequence: 'Demo', active: false }, 'Booked now starts Demo (switched off)'],
  ['sequence.published', { sequence: 'Demo', version: 2 }, 'The sequence “Demo” was published as version 2'],
])('%s %j reads “%s”', (kind, data, sentence) => {
  expect(told(kind, data)).toBe(sentence)
})

test.each<[ActivityKind, string]>([
  ['contact.synced', 'Contact Ada synced from HubSpot deal #124'],
  ['contact.unsubscribed', 'Ada unsubscribed through a mail of Demo'],
  ['contact.replied', 'Ada replied to step 2 of Demo'],
  ['contact.bounced', 'A mail of step 2 of Demo to Ada came back: the address is gone'],
  ['contact.complained', 'Ada reported a mail of step 2 of Demo as spam'],
  ['contact.away', 'Ada is out of office, says an answer to step 2 of Demo'],
  ['contact.clicked', 'Ada clicked a link of step 2 of Demo'],
  ['mail.delayed', 'A mail of step 2 of Demo to Ada was not delivered, and may be later: the address is gone'],
  ['mail.refused', 'The mail server of Ada refused a mail of step 2 of Demo: the address is gone'],
  ['mail.automatic', 'A program answered a mail of step 2 of Demo to Ada; nothing was changed'],
  ['enrollment.started', 'Ada was enrolled in Demo'],
  ['enrollment.refused', 'Ada was not enrolled in Demo: the address is gone'],
  ['enrollment.paused', 'Demo was paused for Ada: the address is gone'],
  ['enrollment.resumed', 'Demo was resumed for Ada'],
  ['enrollment.completed', 'Demo was completed for Ada'],
  ['enrollment.stopped', 'Demo was stopped for Ada: the address is gone'],
  ['enrollment.moved', 'Demo goes on for Ada with another version, at step 2'],
  ['step.sent', 'Step 2 of Demo for Ada was accepted by the mail server'],
  ['step.held', 'Step 2 of Demo for Ada waits for a decision: the address is gone'],
  ['step.skipped', 'Step 2 of Demo for Ada was skipped: the address is gone'],
  ['mail.approved', 'Step 2 of Demo for Ada was approved and goes out in its sending hours'],
  ['task.created', 'The task of step 2 of Demo for Ada was created in HubSpot'],
  ['task.done', 'The task of step 2 of Demo for Ada was done'],
  ['contact.placed', 'Ada was put to another place'],
])('%s names contact, sequence and step: “%s”', (kind, sentence) => {
  expect(told(kind, { sequence: 'Demo', step: 2, reason: 'The address is gone.' }, 'Ada')).toBe(sentence)
})

test('every kind that is about a contact’s run names the contact', () => {
  const ofContacts = ACTIVITY_KINDS.filter((kind) => /^(contact|mail|enrollment|step|task)\./.test(kind))
  for (const kind of ofContacts.filter((each) => each !== 'contact.erased')) {
    expect(told(kind, { sequence: 'Demo', step: 2 }, 'Ada')).toContain('Ada')
  }
})

test('every kind reads well even when nothing is known about it', () => {
  for (const kind of ACTIVITY_KINDS) {
    const sentence = describeActivity({ kind, dealId: null, contactId: null, data: {} })
    expect(sentence).toMatch(/^[A-Z][^{}]*[^.:\s]$/)
    expect(sentence).not.toMatch(/undefined|null|NaN| {2}/)
  }
})

test('a kind from another version is still a readable line', () => {
  expect(describeActivity({ kind: 'thing.was_made', dealId: null, contactId: null, data: {} })).toBe('thing was made')
})
