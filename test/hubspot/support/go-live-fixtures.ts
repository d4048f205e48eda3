import type { PreflightFinding, SampleDeals, StepPreview, TestMailSent } from '#shared/contract/preflight.ts'
import { SEQUENCE_ID } from './fixtures.ts'

export const SAMPLE_DEALS: SampleDeals = {
  deals: [{ dealId: '9001', name: 'Engine no. 1', contacts: [{ contactId: '501', name: 'Ada Lovelace' }] }],
}

export function finding(changes: Partial<PreflightFinding> = {}): PreflightFinding {
  const sentence = 'Step 1: the subject has too many exclamation or question marks.'
  return { step: 1, severity: 'warning', sentence, field: 'definition.steps.0.subject', ...changes }
}

export function stepPreview(changes: Partial<StepPreview> = {}): StepPreview {
  return {
    subject: 'Welcome, Ada',
    text: 'Hi Ada,\n\nwelcome.\n\n-- \nUnsubscribe: https://app.example.com/unsubscribe/x',
    html: '<p>Hi Ada,</p>\n<p>welcome.</p>',
    from: 'Acme <sales-1@mail.example.com>',
    replyTo: 'boss@acme.example',
    to: null,
    headers: [{ name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' }],
    signedBy: 'mail.example.com',
    filledWith: 'Example values',
    unfilled: [],
    problems: [],
    ...changes,
  }
}

export function testMailSent(changes: Partial<TestMailSent> = {}): TestMailSent {
  const sentence = 'The mail server took the test mail to boss@acme.example.'
  return { id: SEQUENCE_ID, outcome: 'accepted', sentence, ...changes }
}
