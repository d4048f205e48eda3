import { expect, test } from 'vitest'
import { classifyMessage } from '#modules/inbound/classify-message.ts'
import { inboundContext, mailOf } from './inbound-corpus.ts'

const BOUNCE = 'bounces+42-mark@mail.example.com'

/** A delivery report for one recipient, with the headers of the returned mail. */
function deliveryReport(fields: readonly string[]): Buffer {
  return mailOf(
    [
      'From: Mail System <MAILER-DAEMON@relay.example>',
      `To: ${BOUNCE}`,
      'Subject: Undelivered Mail',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=r',
    ],
    [
      '--r\nContent-Type: text/plain\n\nCould not be delivered.',
      `--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.example\nOriginal-Envelope-Id: run-7\n\n${fields.join('\n')}\n`,
      '--r\nContent-Type: text/rfc822-headers\n\nMessage-ID: <step-1@mail.example.com>\nReturn-Path: <Bounces+42-other@mail.example.com>\n',
      '--r--\n',
    ].join('\n'),
  )
}

test('a delivery report gives its recipients and every key to the mail it is about', async () => {
  const fields = [
    'Final-Recipient: rfc822; Ada@Example.com',
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550',
  ]
  const found = await classifyMessage(deliveryReport([...fields, ' 5.1.1 no such user']), inboundContext())
  expect(found).toMatchObject({
    kind: 'bounce',
    recipients: [
      { finalRecipient: 'ada@example.com', verdict: 'hard', suppress: true, diagnostic: '550 5.1.1 no such user' },
    ],
    keys: {
      bounceAddresses: [BOUNCE, 'bounces+42-other@mail.example.com'],
      originalMessageIds: ['<step-1@mail.example.com>'],
      originalEnvelopeIds: ['run-7'],
      recipients: ['ada@example.com'],
    },
  })
})

test('an automatic answer under a subject that speaks of bounces is none', async () => {
  for (const subject of ['Re: Reduce your bounce rate', '[#4711] Your delivery status', 'Sorry for the delay']) {
    const head = ['From: desk@customer.example', `Subject: ${subject}`, 'Auto-Submitted: auto-replied']
    const mail = mailOf([...head, 'In-Reply-To: <1@mail.example.com>'], 'We got your mail.\n\nCall us: (512) 555-0142.')
    const found = await classifyMessage(mail, inboundContext())
    expect(found.kind, subject).toBe('automatic_reply')
  }
})

test('a delayed mail is no failure', async () => {
  const found = await classifyMessage(
    deliveryReport(['Final-Recipient: rfc822; a@b.example', 'Action: delayed', 'Status: 4.4.1']),
    inboundContext(),
  )
  expect(found).toMatchObject({ kind: 'bounce', recipients: [{ verdict: 'delayed', suppress: false }] })
})

test("a person's forwarded delivery report is no bounce", async () => {
  const report = deliveryReport(['Final-Recipient: rfc822; a@b.example', 'Action: failed', 'Status: 5.1.1']).toString()
  const found = await classifyMessage(
    mailOf(
      [
        'From: robin@customer.example',
        'Subject: Re: Hello',
        'In-Reply-To: <1@mail.example.com>',
        'Content-Type: multipart/mixed; boundary=o',
      ],
      `--o\nContent-Type: text/plain\n\nDid you get this too?\n--o\nContent-Type: message/rfc822\n\n${report}\n--o--\n`,
    ),
    inboundContext(),
  )
  expect(found).toMatchObject({ kind: 'human_reply', ownText: 'Did you get this too?' })
})

test('the envelope decides over To whether mail went to the unsubscribe address', async () => {
  const context = inboundContext()
  const mail = mailOf(['From: robin@customer.example', 'To: unsubscribe+x@mail.example.com', 'Subject: Re: Hi'], 'no')
  const kindFor = async (envelopeRecipient: string) =>
    (await classifyMessage(mail, { ...context, envelopeRecipient })).kind
  expect(await kindFor('ada@mail.example.com')).toBe('human_reply')
  expect(await kindFor('Unsubscribe+x@mail.example.com')).toBe('unsubscribe_request')
  expect(await kindFor('unsubscribe+x@mail.example.com.evil.example')).toBe('human_reply')
})

test.each([
  ['Auto-Submitted: auto-generated'],
  ['Auto-Submitted: auto-replied; owner-email="x"'],
  ['Auto-Submitted: auto-notified'],
  ['Auto-Submitted:'],
])('mail with %s is neither a person nor an unsubscribe', async (header) => {
  for (const to of ['unsubscribe@mail.example.com', 'ada@mail.example.com']) {
    const mail = mailOf(
      ['From: robin@customer.example', `To: ${to}`, 'Subject: Re: Hi', 'In-Reply-To: <1@x.example>', header],
      'Yes.',
    )
    expect((await classifyMessage(mail, inboundContext())).kind).toBe('automatic_reply')
  }
})

test.each([
  [
    'quoting our mail',
    'Yes, I am on leave now, so next week.\n\nOn Mon, 4 May 2026 at 10:00, Ada wrote:\n> Hello',
    'human_reply',
  ],
  ['quoting nothing', 'Yes, please.', 'human_reply'],
  ['of an absence', 'I am on leave. In an emergency call Robin.', 'out_of_office'],
])('an answer %s that a rule of Exchange redirected to us', async (_how, text, kind) => {
  const subject = kind === 'human_reply' ? 'Re: Hello' : 'Hello'
  const head = ['From: robin@customer.example', 'To: ada@mail.example.com', `Subject: ${subject}`]
  const more = ['In-Reply-To: <1@x.example>', 'X-MS-Exchange-Inbox-Rules-Loop: ada@mail.example.com']
  expect((await classifyMessage(mailOf([...head, ...more], text), inboundContext())).kind).toBe(kind)
})

test.each([
  ['it answers a mail', ['In-Reply-To: <1@x.example>'], 'automatic_reply'],
  ['its envelope sender is empty', ['Return-Path: <>'], 'automatic_reply'],
  ['a program wrote it of its own', [], 'unsubscribe_request'],
])('a mail of a program to a marked unsubscribe address when %s', async (_when, more, kind) => {
  const head = ['From: robin@customer.example', 'To: unsubscribe+x@mail.example.com', 'Auto-Submitted: auto-replied']
  const mail = mailOf([...head, ...more], 'unsubscribe')
  expect((await classifyMessage(mail, inboundContext())).kind).toBe(kind)
  const elsewhere = { ...inboundContext(), envelopeRecipient: 'ada@mail.example.com' }
  expect((await classifyMessage(mail, elsewhere)).kind).toBe('automatic_reply')
})

test('an empty envelope sender, told or in Return-Path, is never a person', async () => {
  const head = ['From: robin@customer.example', 'Subject: Re: Hi', 'In-Reply-To: <1@x.example>']
  const told = await classifyMessage(mailOf(head, 'Yes.'), { ...inboundContext(), envelopeSender: '' })
  const written = await classifyMessage(mailOf(['Return-Path: <>', ...head], 'Yes.'), inboundContext())
  expect([told.kind, written.kind]).toEqual(['automatic_reply', 'automatic_reply'])
})

test.each([
  ['abuse', 'complaint'],
  ['opt-out', 'complaint'],
  ['not-spam', 'automatic_reply'],
  ['auth-failure', 'automatic_reply'],
])('a feedback report of the type %s is %s', async (type, kind) => {
  const mail = mailOf(
    ['From: fbl@provider.example', 'Content-Type: multipart/report; report-type=feedback-report; boundary=f'],
    `--f\nContent-Type: message/feedback-report\n\nFeedback-Type: ${type}\nOriginal-Rcpt-To: <ada@example.com>\n\n--f\nContent-Type: message/rfc822\n\nMessage-ID: <s@mail.example.com>\n\nhi\n--f--\n`,
  )
  const found = await classifyMessage(mail, inboundContext())
  expect(found.kind).toBe(kind)
  expect(found.keys).toMatchObject({ recipients: ['ada@example.com'], originalMessageIds: ['<s@mail.example.com>'] })
})

test('bytes that are no mail are unknown, and say so', async () => {
  expect(await classifyMessage(Buffer.alloc(0), inboundContext())).toMatchObject({
    kind: 'unknown',
    evidence: ['These bytes cannot be read as a mail.'],
  })
})
