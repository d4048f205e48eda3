import { expect, test } from 'vitest'
import { describeActivity } from '#modules/activity/describe-activity.ts'
import { ACTIVITY_KINDS, type ActivityKind } from '#modules/activity/kinds.ts'

const told = (kind: ActivityKind, data: Record<string, unknown> = {}) =>
  describeActivity({ kind, dealId: '124', contactId: '51', data })

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
