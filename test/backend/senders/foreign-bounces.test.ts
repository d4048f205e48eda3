import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemDns } from '#core/dns.ts'
import type { Deps } from '#deps'
import { addSender } from '#modules/senders/add-sender.ts'
import { changeSender } from '#modules/senders/change-sender.ts'
import { checkDomain } from '#modules/senders/check-domain.ts'
import { chooseDefault } from '#modules/senders/choose-default.ts'
import { judgeDomain } from '#modules/senders/judge-domain.ts'
import { listSenders } from '#modules/senders/list-senders.ts'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import type { AddSender, DomainFinding } from '#shared/contract/sender.ts'
import { GOLDEN_KEY } from '#test/backend/mail/golden/golden-mails.ts'
import { recordOf } from '#test/backend/mail/verify-dkim.ts'
import { hasSequence, newKey, person, tools } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'
import { DnsServer } from '#test/support/dns-server.ts'
import { openVault } from '#vault/open-vault.ts'
import { mailbox } from './use-senders.ts'

const { db } = useDatabase()
const clock = new TestClock()
const server = new DnsServer()
const DOMAIN = 'acme.com'
const SERVER = { host: 'smtp.acme.com', port: 465, tls: 'tls', user: 'ada', password: 'secret' } as const
const MAILBOX = { ...SERVER, host: 'imap.acme.com', port: 993 }
const KEY = { ...GOLDEN_KEY, domain: DOMAIN }

beforeAll(() => server.start())
afterAll(() => server.stop())
beforeEach(() => server.clear())

type Verdict = DomainFinding['verdict']
const findings = (spf: Verdict, dkim: Verdict): DomainFinding[] => [
  { subject: 'spf', verdict: spf, sentence: '' },
  { subject: 'dkim', verdict: dkim, sentence: '' },
  { subject: 'dmarc', verdict: 'ok', sentence: '' },
]
const THROUGH_OURS = { aligned: false, tolerated: false, needsProof: true }
const OWN_ENVELOPE = { aligned: true, tolerated: false, needsProof: false }
const FOREIGN_ENFORCED = { aligned: false, tolerated: false, needsProof: false }
const FOREIGN_TOLERATED = { ...FOREIGN_ENFORCED, tolerated: true }

test.each([
  ['through our server, signed and proven', THROUGH_OURS, true, 'fault', 'ok', true],
  ['through our server, only SPF', THROUGH_OURS, true, 'ok', 'advice', false],
  ['through our server, not proven', THROUGH_OURS, false, 'ok', 'ok', false],
  ['own server and mailbox, SPF', OWN_ENVELOPE, false, 'ok', 'advice', true],
  ['own server and mailbox, SPF that is no mistake', OWN_ENVELOPE, false, 'advice', 'advice', true],
  ['own server and mailbox, no SPF', OWN_ENVELOPE, false, 'fault', 'advice', false],
  ['own server and mailbox, no SPF, signed', OWN_ENVELOPE, true, 'fault', 'ok', true],
  ['own server, our bounces, enforcing DMARC, SPF', FOREIGN_ENFORCED, false, 'ok', 'advice', false],
  ['own server, our bounces, enforcing DMARC, signed', FOREIGN_ENFORCED, true, 'fault', 'ok', true],
  ['own server, our bounces, a key that signs nothing of its', FOREIGN_ENFORCED, false, 'fault', 'ok', false],
  ['own server, our bounces, DMARC asks for nothing', FOREIGN_TOLERATED, false, 'fault', 'advice', true],
] as const)('%s', (_case, question, proven, spf, dkim, passes) => {
  expect(judgeDomain(findings(spf, dkim), { ...question, proven, signs: proven })).toBe(passes)
})

/** An account whose default sender has a mail server of its own. */
async function opens(given: Partial<AddSender> = {}, dkimKeys: Deps['settings']['dkimKeys'] = []) {
  const dns = systemDns({ servers: [server.address], timeoutMs: 200 })
  const vault = await openVault([{ kid: 'test', key: Buffer.alloc(32, 7) }])
  const base = makeDeps({ db, clock, dns, vault })
  const deps = { ...base, settings: { ...base.settings, mailDomain: 'mail.stagecue-sends.com', dkimKeys } }
  const portal = person(await newPortal(db, clock))
  const change = () => ({ idempotencyKey: newKey() })
  const { id: sequenceId } = await hasSequence(deps, portal, { published: false })
  const added = await addSender(deps, portal, mailbox({ address: 'ada@acme.com', server: SERVER, ...given }))
  const id = added.senders.find(({ isAccount }) => !isAccount)?.id ?? ''
  await chooseDefault(deps, portal, id, change())
  const rowOf = ({ domains }: Awaited<ReturnType<typeof listSenders>>) => domains.find((row) => row.domain === DOMAIN)
  return {
    portal,
    publish: () => changeSequenceStatus(deps, portal, sequenceId, { action: 'publish', ...change() }, tools),
    check: async () => rowOf(await checkDomain(deps, portal, { domain: DOMAIN, ...change() })),
    changes: async (to: Partial<AddSender>) => {
      const { address: _, ...same } = mailbox({ server: { ...SERVER, password: null }, ...to })
      const revision = (await listSenders(deps, portal)).senders.find((row) => row.id === id)?.revision ?? 0
      return changeSender(deps, portal, id, { ...same, revision })
    },
    row: async () => rowOf(await listSenders(deps, portal)),
  }
}

/** SPF that is right, and what DMARC asks for. */
function publishes(policy: 'none' | 'quarantine' | 'reject' | undefined): void {
  server.names.set(DOMAIN, { txt: ['v=spf1 ip4:192.0.2.0/24 -all'] })
  if (policy) server.names.set(`_dmarc.${DOMAIN}`, { txt: [`v=DMARC1; p=${policy}; rua=mailto:a@acme.com`] })
}

const WHAT =
  'Bounces of mails from acme.com come back to mail.stagecue-sends.com, so the SPF of acme.com does not speak for them.'
const ADVICE =
  'Enter the mailbox (IMAP) of each sender of acme.com that has a mail server of its own: then they come back to its address.'

test.each([
  ['reject', `${WHAT} Its DMARC policy has them refused unless DKIM does. ${ADVICE}`],
  ['quarantine', `${WHAT} Its DMARC policy has them taken for spam unless DKIM does. ${ADVICE}`],
] as const)('with p=%s an own mail server alone does not pass: nothing speaks for its mails', async (policy, says) => {
  publishes(policy)
  const { publish, check, changes } = await opens()
  await expect(publish()).rejects.toThrow(says)
  expect(await check()).toMatchObject({ passed: false })
  await changes({ mailbox: MAILBOX })
  expect(await publish()).toMatchObject({ status: 'active' })
  expect((await check())?.findings[0]).toEqual({
    subject: 'spf',
    verdict: 'ok',
    sentence: 'SPF works with 0 of 10 DNS lookups.',
  })
})

test.each(['none', undefined] as const)(
  'with the policy %s it passes and says what would be better',
  async (policy) => {
    publishes(policy)
    const { publish, row } = await opens()
    expect(await publish()).toMatchObject({ status: 'active' })
    expect((await row())?.findings[0]).toEqual({
      subject: 'spf',
      verdict: 'advice',
      sentence: `${WHAT} No DMARC policy has them refused, but receivers trust them less. ${ADVICE}`,
    })
  },
)

test('our signature speaks for them, once the domain names the account, because only then it is put on them', async () => {
  publishes('reject')
  server.names.set(`${KEY.selector}._domainkey.${DOMAIN}`, { txt: [recordOf(KEY)] })
  const { portal, check } = await opens({}, [KEY])
  expect(await check()).toMatchObject({ passed: false })
  server.names.set(`_stagecue.${DOMAIN}`, { txt: [`stagecue-account=${portal.portalId}`] })
  expect(await check()).toMatchObject({
    passed: true,
    findings: [{ sentence: `${WHAT} Our DKIM signature does.` }, {}, {}, {}, {}],
  })
})

test('a policy that could not be asked is no permission, and takes none back', async () => {
  publishes('none')
  const { check } = await opens()
  expect(await check()).toMatchObject({ passed: true })
  server.names.set(`_dmarc.${DOMAIN}`, { fault: 'servfail' })
  expect(await check()).toMatchObject({
    passed: true,
    findings: [{ subject: 'spf', verdict: 'unknown' }, {}, {}, {}, {}],
  })
  const fresh = await opens()
  expect(await fresh.check()).toMatchObject({ passed: false })
})

test('a pass does not outlive what it was given for: without the mailbox the domain is checked anew', async () => {
  publishes('reject')
  const { check, changes, row, publish } = await opens({ mailbox: MAILBOX })
  expect(await check()).toMatchObject({ passed: true })
  await changes({ mailbox: { ...MAILBOX, password: null }, signature: 'Ada' })
  expect(await row()).toMatchObject({ passed: true })
  await changes({ mailbox: null })
  expect(await row()).toMatchObject({ passed: false, checkedAt: null, findings: [] })
  await expect(publish()).rejects.toThrow('Its DMARC policy has them refused')
})

test('a sender that is switched off decides nothing about its domain', async () => {
  publishes('reject')
  const { check, changes } = await opens({ mailbox: MAILBOX })
  expect(await check()).toMatchObject({ passed: true })
  await changes({ mailbox: { ...MAILBOX, password: null }, active: false })
  expect(await check()).toMatchObject({ passed: true })
})
