import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { readMailServer } from '#mail/mail-server.ts'
import type { Mailer, SendOutcome } from '#mail/mailer.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { SMTP_STAGES, type SmtpFault, SmtpServer, type SmtpStage } from '#test/support/smtp-server.ts'

const server = new SmtpServer()
let mailer: Mailer
let mails = 0

beforeAll(async () => {
  await server.start()
  // Silence must be short for a test; the server's own answers come within a millisecond. No connection is kept: every fault
  // from the greeting on must be met. Kept ones have a table of their own in kept-connection-faults.test.ts.
  mailer = createSmtpMailer({
    url: withLogin(server.url),
    sleep: systemSleep,
    soon: setImmediate,
    timeoutMs: 700,
    idleMs: 0,
  })
  server.extensions.push('AUTH PLAIN LOGIN')
})
afterEach(() => server.clear())
afterAll(async () => {
  await mailer.close()
  await server.stop()
})

const withLogin = (url: string) => url.replace('smtp://', 'smtp://app:secret@')
const granted = async () => true

function newMail(recipient = 'ada@example.com') {
  const messageId = `<m${++mails}@mail.example.com>`
  const mime = Buffer.from(`Message-ID: ${messageId}\r\nSubject: Hi\r\n\r\nHi\r\n.\r\n..dots\r\n`)
  return { messageId, mail: { envelopeFrom: 'bounces+x@mail.example.com', recipient, mime } }
}

const timesAccepted = (messageId: string) => server.accepted.filter((mail) => mail.messageId === messageId).length

/** In words, so that the table below can be read. */
function verdict(outcome: SendOutcome): string {
  if (outcome.kind === 'refused') return `refused ${outcome.code}${outcome.atRecipient ? ' at recipient' : ''}`
  return outcome.kind === 'not_sent' ? outcome.reason : outcome.kind
}

test('a server’s words keep no control characters: the database refuses a NUL byte', async () => {
  server.fault('dot', { kind: 'reply', text: '250 2.0.0 taken\u0000 as\u001b q1\u007f' })
  expect(await mailer.send(newMail().mail, granted)).toEqual({ kind: 'accepted', response: '250 2.0.0 taken as q1' })
  server.fault('dot', { kind: 'reply', text: '554 5.6.0 not\u0000 this' })
  expect(await mailer.send(newMail().mail, granted)).toMatchObject({ kind: 'refused', response: '554 5.6.0 not this' })
})

test('a mail arrives byte for byte, at its one recipient, after the gate was asked once', async () => {
  const { mail, messageId } = newMail()
  let asked = 0
  const outcome = await mailer.send(mail, async () => ++asked === 1)
  expect(outcome).toEqual({ kind: 'accepted', response: '250 2.0.0 stored' })
  expect(asked).toBe(1)
  expect(server.accepted.at(-1)).toEqual({
    messageId,
    from: mail.envelopeFrom,
    recipients: ['ada@example.com'],
    raw: mail.mime.toString(),
  })
})

const REPLY_421: SmtpFault = { kind: 'reply', text: '421 4.3.2 shutting down' }
const REPLY_451: SmtpFault = { kind: 'reply', text: '451 4.7.1 later' }
const REPLY_550: SmtpFault = { kind: 'reply', text: '550 5.1.1 no such user' }
const FAULTS = {
  reset: { kind: 'reset' },
  close: { kind: 'close' },
  silence: { kind: 'silence' },
  '421': REPLY_421,
  '451': REPLY_451,
  '550': REPLY_550,
  late: { kind: 'late', ms: 50 },
} satisfies Record<string, SmtpFault>

/** Before the content begins a fault of the session is about the server; from then on only a reply is an answer. */
function expected(stage: SmtpStage, fault: keyof typeof FAULTS): string {
  if (fault === 'late') return 'accepted'
  const position = SMTP_STAGES.indexOf(stage)
  const begun = position >= SMTP_STAGES.indexOf('body')
  if (['reset', 'close', 'silence'].includes(fault)) return begun ? 'unknown' : 'unreachable'
  if (begun) return `refused ${fault}`
  // A refused EHLO falls back to HELO.
  if (stage === 'ehlo' && fault !== '421') return 'accepted'
  if (fault === '421' || position <= SMTP_STAGES.indexOf('ehlo')) return 'unreachable'
  if (stage === 'auth') return fault === '451' ? 'unreachable' : 'misconfigured'
  return `refused ${fault}${stage === 'rcpt' ? ' at recipient' : ''}`
}

const CASES = SMTP_STAGES.flatMap((stage) =>
  Object.keys(FAULTS).map((name) => ({ stage, name: name as keyof typeof FAULTS })),
)

test.each(CASES)(
  '$name at $stage is told apart',
  async ({ stage, name }) => {
    for (const pipelining of [true, false]) {
      server.extensions = [...(pipelining ? ['PIPELINING'] : []), '8BITMIME', 'AUTH PLAIN LOGIN']
      const { mail, messageId } = newMail()
      server.fault(stage, FAULTS[name])
      const asked: boolean[] = []
      const outcome = await mailer.send(mail, async () => asked.push(true) > 0)
      expect(verdict(outcome)).toBe(expected(stage, name))
      expect(timesAccepted(messageId)).toBeLessThanOrEqual(
        outcome.kind === 'accepted' || outcome.kind === 'unknown' ? 1 : 0,
      )
      if (outcome.kind === 'not_sent') expect(asked).toEqual([])
      server.clear()
    }
  },
  30_000,
)

test('a message the server stored before the line broke is unknown, never "not sent"', async () => {
  for (const fault of [FAULTS.reset, FAULTS.close, FAULTS.silence]) {
    const { mail, messageId } = newMail()
    server.fault('dot', fault)
    expect((await mailer.send(mail, granted)).kind).toBe('unknown')
    expect(timesAccepted(messageId)).toBe(1)
  }
})

test.each([
  '250',
  '250 ',
  '250 2.0.0 Ok: queued as\u0000<>{{x}}',
  `250 ${'x'.repeat(5000)}`,
  '250-a\r\n250-b\r\n250 c',
  '250 2.6.0 <',
  '251 <<>> [InternalId=',
])('the success answer “%s” cannot make a sent mail look unsent', async (text) => {
  const { mail } = newMail()
  server.fault('dot', { kind: 'reply', text })
  expect((await mailer.send(mail, granted)).kind).toBe('accepted')
})

test('an answer that is no SMTP reply after the content is unknown', async () => {
  const { mail } = newMail()
  server.fault('dot', { kind: 'reply', text: 'hello?' })
  expect((await mailer.send(mail, granted)).kind).toBe('unknown')
})

test('a gate that says no, late or by failing, sends not a byte of content', async () => {
  const before = { bodies: server.bodiesBegun, accepted: server.accepted.length }
  const gates = [
    async () => false,
    async () => {
      await systemSleep(100)
      return false
    },
    async () => {
      throw new Error('the database is gone')
    },
  ]
  for (const gate of gates) {
    expect(verdict(await mailer.send(newMail().mail, gate))).toBe('gate_closed')
  }
  expect({ bodies: server.bodiesBegun, accepted: server.accepted.length }).toEqual(before)
})

test('a gate that opens after the connection was lost releases nothing', async () => {
  const { mail, messageId } = newMail()
  let open: (value: boolean) => void = () => {}
  const answer = new Promise<boolean>((resolve) => {
    open = resolve
  })
  const hasty = createSmtpMailer({
    url: withLogin(server.url),
    sleep: systemSleep,
    soon: setImmediate,
    timeoutMs: 700,
    deadlineMs: 300,
  })
  expect(verdict(await hasty.send(mail, () => answer))).toBe('unreachable')
  open(true)
  await systemSleep(50)
  expect(timesAccepted(messageId)).toBe(0)
})

test('a server that trickles is cut off at the deadline', async () => {
  const hasty = createSmtpMailer({
    url: withLogin(server.url),
    sleep: systemSleep,
    soon: setImmediate,
    timeoutMs: 10_000,
    deadlineMs: 300,
  })
  server.fault('rcpt', { kind: 'silence' })
  expect(verdict(await hasty.send(newMail().mail, granted))).toBe('unreachable')
  server.fault('dot', { kind: 'silence' })
  expect(verdict(await hasty.send(newMail().mail, granted))).toBe('unknown')
})

test('a message above the limit, ours or the server’s, is refused before it is sent', async () => {
  const small = createSmtpMailer({ url: withLogin(server.url), sleep: systemSleep, soon: setImmediate, maxBytes: 10 })
  expect(verdict(await small.send(newMail().mail, granted))).toBe('refused 552')
  server.extensions = ['SIZE 20', 'AUTH PLAIN']
  expect(verdict(await mailer.send(newMail().mail, granted))).toBe('refused 552')
  server.extensions = ['PIPELINING', 'AUTH PLAIN']
})

test('no recipient or sender can smuggle a command or a second recipient in', async () => {
  for (const text of ['a@x.com>\r\nRCPT TO:<evil@example.net', 'a@x.com\nDATA', 'a@x.com> SIZE=1 <b@x.com']) {
    const { mail } = newMail(text)
    const before = server.accepted.length
    expect(verdict(await mailer.send(mail, granted))).toBe('refused 553')
    expect(verdict(await mailer.send({ ...newMail().mail, envelopeFrom: text }, granted))).toBe('refused 553')
    expect(server.accepted.length).toBe(before)
  }
})

test('nobody listening is "not sent" and the sentence names the server', async () => {
  const nowhere = createSmtpMailer({
    url: 'smtp://127.0.0.1:1',
    sleep: systemSleep,
    soon: setImmediate,
    timeoutMs: 700,
  })
  const outcome = await nowhere.send(newMail().mail, granted)
  expect(outcome).toMatchObject({ kind: 'not_sent', reason: 'unreachable' })
  expect(outcome.kind === 'not_sent' && outcome.detail).toContain('127.0.0.1:1: ')
  expect(await nowhere.check()).toMatch(/^The mail server 127\.0\.0\.1:1 does not work: .*ECONNREFUSED/)
})

test('check says nothing when the server answers, and names the fault when it does not, without the password', async () => {
  expect(await mailer.check()).toBeUndefined()
  server.fault('auth', { kind: 'reply', text: '535 5.7.8 wrong password' })
  const sentence = (await mailer.check()) ?? ''
  expect(sentence).toContain('535 5.7.8 wrong password')
  expect(sentence).not.toContain('secret')
})

test('a password goes to another machine only under TLS', () => {
  expect(readMailServer('smtp://u:p@mail.example.com')).toMatchObject({ port: 587, secure: false, requireTls: true })
  expect(readMailServer('smtps://u:p%40ss@mail.example.com')).toMatchObject({
    port: 465,
    secure: true,
    auth: { user: 'u', pass: 'p@ss' },
  })
  expect(readMailServer('smtp://u:p@127.0.0.1:2525')).toMatchObject({ requireTls: false, name: '127.0.0.1:2525' })
  expect(readMailServer('smtp://mail.example.com:25')).toMatchObject({ requireTls: false, auth: null })
  for (const text of ['', 'mail.example.com', 'https://mail.example.com', 'smtp://u:%zz@x'])
    expect(() => readMailServer(text)).toThrow(/SMTP_URL/)
})
