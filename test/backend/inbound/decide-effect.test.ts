import { expect, test } from 'vitest'
import type { Classification } from '#modules/inbound/classification.ts'
import { decideEffect } from '#modules/inbound/decide-effect.ts'
import { NO_KEYS } from '#modules/inbound/find-keys.ts'
import { judgeDelivery, type RecipientReport } from '#modules/inbound/judge-delivery.ts'

const ADA = 'ada@example.com'
const shared = { keys: NO_KEYS, evidence: ['Because.'] }
const returnDate = Temporal.PlainDate.from('2026-12-01')

const report = (
  status: string,
  finalRecipient: string | undefined = ADA,
  originalRecipient?: string,
): RecipientReport =>
  judgeDelivery({ finalRecipient, originalRecipient, action: 'failed', status, diagnostic: undefined })
const bounce = (...recipients: RecipientReport[]): Classification => ({ ...shared, kind: 'bounce', recipients })
const unnamed = judgeDelivery({
  finalRecipient: undefined,
  originalRecipient: undefined,
  action: 'failed',
  status: '5.1.1',
  diagnostic: undefined,
})

test.each<[string, Classification, string | null, object]>([
  ['an answer', { ...shared, kind: 'human_reply', from: ADA, ownText: 'Yes' }, ADA, { kind: 'replied' }],
  ['an absence', { ...shared, kind: 'out_of_office', returnDate }, ADA, { kind: 'away', returnDate }],
  ['a complaint', { ...shared, kind: 'complaint', feedbackType: 'abuse' }, ADA, { kind: 'complained' }],
  ['a request to leave', { ...shared, kind: 'unsubscribe_request' }, null, { kind: 'unsubscribed' }],
  ['a program', { ...shared, kind: 'automatic_reply' }, ADA, { kind: 'automatic' }],
  ['a read receipt', { ...shared, kind: 'disposition', disposition: 'displayed' }, ADA, { kind: 'none' }],
  ['who knows what', { ...shared, kind: 'unknown' }, ADA, { kind: 'unclear' }],
  ['no such address', bounce(report('5.1.1')), ADA, { kind: 'bounced', suppress: true }],
  ['a hard one without such a code', bounce(report('5.5.0')), ADA, { kind: 'bounced', suppress: false }],
  ['a full mailbox', bounce(report('5.2.2')), ADA, { kind: 'delayed' }],
  ['our fault', bounce(report('5.7.1')), ADA, { kind: 'refused' }],
  ['ours among several', bounce(report('5.7.1', 'b@x.example'), report('5.1.1')), ADA, { kind: 'bounced' }],
  [
    'ours by its original name',
    bounce(report('5.1.1', 'new@x.example', ADA)),
    ADA,
    { kind: 'bounced', suppress: true },
  ],
  ['a forward of ours', bounce(report('5.1.1', 'new@x.example')), ADA, { kind: 'bounced', suppress: false }],
  ['one that names nobody', bounce(unnamed), ADA, { kind: 'bounced', suppress: true }],
  [
    'several, none of them ours',
    bounce(report('5.1.1', 'b@x.example'), report('5.1.1', 'c@x.example')),
    ADA,
    { kind: 'unclear' },
  ],
  ['no recipients at all', bounce(), ADA, { kind: 'unclear' }],
  ['of an erased person', bounce(report('5.1.1')), null, { kind: 'bounced', suppress: false }],
])('%s', (_name, classification, recipient, effect) => {
  expect(decideEffect(classification, recipient, undefined)).toMatchObject(effect)
})

test('an answer is the one’s who gave it', () => {
  const answer: Classification = { ...shared, kind: 'human_reply', from: 'b@x.example', ownText: 'Yes' }
  const contact = { contactId: 'b', hubspotContactId: '2', enrollmentId: 'e' }
  const effects = (
    [{ kind: 'contact' }, { kind: 'team' }, { kind: 'other_contact', contact }, { kind: 'someone' }] as const
  ).map((answerer) => decideEffect(answer, ADA, answerer))
  expect(effects).toEqual([
    { kind: 'replied' },
    { kind: 'team_answered' },
    { kind: 'answered', by: contact },
    { kind: 'answered', by: null },
  ])
})
