import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemDns } from '#core/dns.ts'
import { checkSendingDomain } from '#mail/sending-domain/check-sending-domain.ts'
import { DnsServer } from '#test/support/dns-server.ts'
import { GOLDEN_KEY, SENT_AT } from './golden/golden-mails.ts'
import { recordOf } from './verify-dkim.ts'

const DOMAIN = 'mail.example.com'
const DKIM_NAME = 's1._domainkey.mail.example.com'
const RECORD = recordOf(GOLDEN_KEY)
const OTHER_KEY = { ...GOLDEN_KEY, privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey }

const server = new DnsServer()
beforeAll(() => server.start())
afterAll(() => server.stop())
beforeEach(() => {
  server.clear()
  server.names.set(DOMAIN, {
    txt: ['google-site-verification=x', 'v=spf1 include:spf.relay.example -all'],
    mx: [{ exchange: 'mx.example.com', preference: 10 }],
  })
  server.names.set('spf.relay.example', { txt: ['v=spf1 ip4:192.0.2.0/24 ~all'] })
  server.names.set(DKIM_NAME, { txt: [RECORD] })
  server.names.set('_dmarc.mail.example.com', { txt: ['v=DMARC1; p=none; rua=mailto:dmarc@example.com'] })
  server.names.set('mx.example.com', { a: ['192.0.2.7'] })
})

async function check(dkimKeys = [GOLDEN_KEY]) {
  const dns = systemDns({ servers: [server.address], timeoutMs: 200 })
  return checkSendingDomain({ dns, clock: () => SENT_AT, dkimKeys }, DOMAIN)
}

/** What one subject says after the records of a name were replaced. */
async function after(subject: string, name: string, records: Parameters<typeof server.names.set>[1] | undefined) {
  if (records) server.names.set(name, { ...server.names.get(name), ...records })
  else server.names.delete(name)
  const { findings } = await check()
  return findings.filter((finding) => finding.subject === subject).map((each) => `${each.verdict}: ${each.sentence}`)
}

test('a domain that is set up well is found well, one sentence each', async () => {
  expect(await check()).toEqual({
    domain: DOMAIN,
    checkedAt: SENT_AT,
    state: 'ok',
    policy: 'none',
    findings: [
      { subject: 'spf', verdict: 'ok', sentence: 'SPF works with 1 of 10 DNS lookups.' },
      { subject: 'dkim', verdict: 'ok', sentence: 'DKIM works: s1._domainkey.mail.example.com has our key.' },
      {
        subject: 'dmarc',
        verdict: 'ok',
        sentence: 'The DMARC policy at _dmarc.mail.example.com is "none".',
      },
      { subject: 'mx', verdict: 'ok', sentence: 'Mail to mail.example.com goes to mx.example.com.' },
    ],
  })
})

test('a domain nobody set up has a fault for each', async () => {
  server.clear()
  const report = await check()
  expect(report.state).toBe('fault')
  expect(report.findings.map(({ subject, verdict }) => [subject, verdict])).toEqual([
    ['spf', 'fault'],
    ['dkim', 'fault'],
    ['dmarc', 'fault'],
    ['mx', 'fault'],
  ])
  for (const { sentence } of report.findings) expect(sentence).toMatch(/\b(Add|Replace|Correct)\b/)
})

const chain = (from: number, to: number) => {
  for (let at = from; at < to; at++)
    server.names.set(`s${at}.example`, { txt: [`v=spf1 include:s${at + 1}.example -all`] })
  server.names.set(`s${to}.example`, { txt: ['v=spf1 ip4:192.0.2.1 -all'] })
}

test.each([
  ['none', [], 'fault: mail.example.com has no SPF record'],
  ['two', ['v=spf1 -all', 'v=spf1 a -all'], 'fault: mail.example.com has 2 SPF records'],
  ['everybody', ['v=spf1 +all'], 'fault: The SPF record of mail.example.com allows everybody'],
  ['everybody without a sign', ['v=spf1 mx all'], 'fault: The SPF record of mail.example.com allows everybody'],
  ['no end', ['v=spf1 mx'], 'advice: The SPF record of mail.example.com says nothing about other servers'],
  [
    'no SPF term',
    ['v=spf1 ipv4:192.0.2.1 -all'],
    'fault: The SPF record of mail.example.com has a part that is no SPF',
  ],
  ['an unknown modifier', ['v=spf1 mx x-note=y -all'], 'ok: SPF works with 1 of 10'],
  [
    'a name without SPF',
    ['v=spf1 include:nowhere.example -all'],
    'fault: The SPF record of mail.example.com names nowhere',
  ],
  ['nobody named', ['v=spf1 include: -all'], 'fault: The SPF record of mail.example.com has "include" without a name'],
  ['ten lookups', ['v=spf1 a mx include:s4.example -all'], 'ok: SPF works with 10 of 10'],
  [
    'eleven lookups',
    ['v=spf1 a mx include:s3.example -all'],
    'fault: The SPF record of mail.example.com needs more than 10',
  ],
  [
    'a circle',
    ['v=spf1 include:mail.example.com -all'],
    'fault: The SPF record of mail.example.com needs more than 10',
  ],
  ['a redirect', ['v=spf1 redirect=spf.relay.example'], 'ok: SPF works with 1 of 10'],
  ['a redirect after all', ['v=spf1 -all redirect=nowhere.example'], 'ok: SPF works with 0 of 10'],
  ['a macro', ['v=spf1 exists:%{i}.x.example include:%{d}.x.example -all'], 'ok: SPF works with 2 of 10'],
  ['another version', ['v=spf10 -all'], 'fault: mail.example.com has no SPF record'],
])('SPF, %s', async (_what, txt, sentence) => {
  chain(3, 11)
  expect(await after('spf', DOMAIN, { txt })).toEqual([expect.stringContaining(sentence)])
})

test.each([
  ['missing', undefined, `fault: ${DKIM_NAME} has no DKIM record. Add "${RECORD}" as TXT.`],
  ['without a version', [RECORD.replace('v=DKIM1; ', '')], 'ok: DKIM works'],
  ['with blanks in the key', [RECORD.replace('p=MII', 'p=M I I')], 'ok: DKIM works'],
  ['twice', [RECORD, RECORD], `fault: ${DKIM_NAME} has 2 TXT records`],
  ['no tags', ['hello'], `fault: The record at ${DKIM_NAME} is no DKIM record`],
  ['a tag twice', [`${RECORD}; k=rsa`], `fault: The record at ${DKIM_NAME} is no DKIM record`],
  ['another version', [RECORD.replace('DKIM1', 'DKIM2')], `fault: The record at ${DKIM_NAME} is no DKIM record`],
  ['revoked', ['v=DKIM1; p='], `fault: The key at ${DKIM_NAME} is revoked`],
  ['cut off', [RECORD.slice(0, 200)], `fault: ${DKIM_NAME} has another key than DKIM_KEYS. Replace`],
  ['another key', [recordOf(OTHER_KEY)], `fault: ${DKIM_NAME} has another key than DKIM_KEYS. Replace`],
  ['sha1 only', [`h=sha1; ${RECORD.replace('v=DKIM1; ', '')}`], `fault: The record at ${DKIM_NAME} forbids`],
  ['not for mail', [`${RECORD}; s=tlsrpt`], `fault: The record at ${DKIM_NAME} forbids`],
  ['for everything', [`${RECORD}; s=*; t=s`], 'ok: DKIM works'],
  ['testing', [`${RECORD}; t=y:s`], `advice: The record at ${DKIM_NAME} says "testing"`],
])('DKIM, %s', async (_what, txt, sentence) => {
  expect(await after('dkim', DKIM_NAME, txt && { txt })).toEqual([expect.stringContaining(sentence)])
})

test('without a key of our own the report says who must sign', async () => {
  const { state, findings } = await check([])
  expect(state).toBe('ok')
  expect(findings[1]).toMatchObject({ verdict: 'advice', sentence: expect.stringContaining('your mail server signs') })
})

test.each([
  [
    'no policy',
    ['v=DMARC1; rua=mailto:a@b.example'],
    ['fault: The DMARC record at _dmarc.mail.example.com names no policy'],
  ],
  ['an unknown policy', ['v=DMARC1; p=maybe'], ['fault: The DMARC record at _dmarc.mail.example.com names no policy']],
  ['two', ['v=DMARC1; p=none', 'v=DMARC1; p=reject'], ['fault: _dmarc.mail.example.com has 2 DMARC records']],
  ['no reports', ['v=DMARC1; p=reject'], ['ok: The DMARC policy at', 'advice: The DMARC record at']],
])('DMARC, %s', async (_what, txt, sentences) => {
  expect(await after('dmarc', '_dmarc.mail.example.com', { txt })).toEqual(
    sentences.map((sentence) => expect.stringContaining(sentence)),
  )
})

test('a policy of the domain above covers this one, with its word for subdomains', async () => {
  server.names.set('_dmarc.example.com', { txt: ['v=DMARC1; p=none; sp=quarantine; rua=mailto:a@example.com'] })
  expect(await after('dmarc', '_dmarc.mail.example.com', undefined)).toEqual([
    'ok: The DMARC policy at _dmarc.example.com is "quarantine".',
  ])
  expect(server.asked).not.toContain('TXT _dmarc.com')
})

test.each([
  ['none', [], 'fault: mail.example.com has no MX record'],
  ['none by its own word', [{ exchange: '.', preference: 0 }], 'fault: mail.example.com says that it takes no mail'],
  [
    'a server without an address',
    [{ exchange: 'gone.example.com', preference: 1 }],
    'fault: No mail server of mail.example.com',
  ],
])('MX, %s', async (_what, mx, sentence) => {
  expect(await after('mx', DOMAIN, { mx })).toEqual([expect.stringContaining(sentence)])
})

test('one of two mail servers without an address is advice', async () => {
  const mx = [
    { exchange: 'gone.example.com', preference: 1 },
    { exchange: 'mx.example.com', preference: 10 },
  ]
  expect(await after('mx', DOMAIN, { mx })).toEqual([
    'ok: Mail to mail.example.com goes to mx.example.com.',
    'advice: The mail server gone.example.com has no address. Take it out of the MX records.',
  ])
})

test.each(['servfail', 'silence'] as const)('%s is not taken for a missing record', async (fault) => {
  for (const name of [DOMAIN, DKIM_NAME, '_dmarc.mail.example.com']) server.names.set(name, { fault })
  const report = await check()
  expect(report.state).toBe('unknown')
  for (const { verdict, sentence } of report.findings) {
    expect(verdict).toBe('unknown')
    expect(sentence).toMatch(/^The DNS did not answer for .+ \([A-Z]+\)\. Check again later\.$/)
  }
})
