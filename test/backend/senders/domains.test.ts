import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemDns } from '#core/dns.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { runPreflight } from '#modules/preflight/run-preflight.ts'
import { addSender } from '#modules/senders/add-sender.ts'
import { checkDomain } from '#modules/senders/check-domain.ts'
import { chooseDefault } from '#modules/senders/choose-default.ts'
import { listSenders } from '#modules/senders/list-senders.ts'
import { readDefaultDomain } from '#modules/senders/read-default-domain.ts'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import type { SendingDomainRow } from '#shared/contract/sender.ts'
import { GOLDEN_KEY } from '#test/backend/mail/golden/golden-mails.ts'
import { recordOf } from '#test/backend/mail/verify-dkim.ts'
import { hasSequence, newKey, person, tools } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'
import { DnsServer } from '#test/support/dns-server.ts'
import { loginOf, mailbox, takenBy, useSenders } from './use-senders.ts'

const { db } = useDatabase()
const clock = new TestClock()
const server = new DnsServer()
const DOMAIN = 'mail.acme-sales.com'

beforeAll(() => server.start())
afterAll(() => server.stop())
beforeEach(() => server.clear())

/** An installation with a real domain, which asks the name server of this test. */
function depsWith(change: Partial<Deps['settings']> = {}): Deps {
  const dns = systemDns({ servers: [server.address], timeoutMs: 200 })
  const deps = makeDeps({ db, clock, dns })
  return { ...deps, settings: { ...deps.settings, mailDomain: DOMAIN, ...change } }
}

function publishes(domain = DOMAIN): void {
  server.names.set(domain, {
    txt: ['v=spf1 ip4:192.0.2.0/24 -all'],
    mx: [{ exchange: 'mx.acme-sales.com', preference: 1 }],
  })
  server.names.set('mx.acme-sales.com', { a: ['192.0.2.7'] })
  server.names.set(`_dmarc.${domain}`, { txt: ['v=DMARC1; p=none'] })
}

const change = () => ({ idempotencyKey: newKey() })
const publish = (
  deps: Deps,
  portal: ReturnType<typeof person>,
  id: string,
  action: 'publish' | 'pause' | 'resume' = 'publish',
) => changeSequenceStatus(deps, portal, id, { action, ...change() }, tools)

test('a sequence is not published while receivers would take its mails for forged, and a look at it says the same', async () => {
  const deps = depsWith()
  const portal = person(await newPortal(db, clock))
  const { id } = await hasSequence(deps, portal, { published: false })
  const readDomain = (trx: Trx, portalId: number) => readDefaultDomain(deps, trx, portalId)
  const { findings } = await runPreflight(deps, portal, id, {}, readDomain)
  expect(findings[0]?.sentence).toMatch(
    /^Mails from mail\.acme-sales\.com would be refused or taken for spam: mail\.acme-sales\.com has no SPF record/,
  )
  await expect(publish(deps, portal, id)).rejects.toMatchObject({ code: 'conflict', message: findings[0]?.sentence })
  const [domain] = (await listSenders(deps, portal)).domains
  expect(domain).toMatchObject({ passed: false, checkedAt: clock.read().toString() })
  publishes()
  expect(await publish(deps, portal, id)).toMatchObject({ status: 'active' })
  expect((await listSenders(deps, portal)).domains).toMatchObject([{ passed: true }])
})

test('resuming asks as well, once a day at most, and a DNS that is silent takes nothing back', async () => {
  const deps = depsWith()
  const portal = person(await newPortal(db, clock))
  publishes()
  const { id } = await hasSequence(deps, portal)
  const asked = server.asked.length
  await publish(deps, portal, id, 'pause')
  server.clear()
  await publish(deps, portal, id, 'resume')
  expect([asked > 0, server.asked]).toEqual([true, []])
  await publish(deps, portal, id, 'pause')
  clock.passes({ hours: 25 })
  server.names.set(DOMAIN, { fault: 'servfail' })
  expect(await publish(deps, portal, id, 'resume')).toMatchObject({ status: 'active' })
  await publish(deps, portal, id, 'pause')
  clock.passes({ hours: 25 })
  server.clear()
  // What decides is gone for certain; that something else did not answer excuses nothing.
  server.names.set(`_dmarc.${DOMAIN}`, { fault: 'servfail' })
  await expect(publish(deps, portal, id, 'resume')).rejects.toMatchObject({ code: 'conflict' })
})

test('a DNS that never answered is no permission', async () => {
  const deps = depsWith()
  const portal = person(await newPortal(db, clock))
  const { id } = await hasSequence(deps, portal, { published: false })
  server.names.set(DOMAIN, { fault: 'servfail' })
  await expect(publish(deps, portal, id)).rejects.toThrow('did not answer')
})

test('DKIM with our key passes without SPF; a key that is not published does not', async () => {
  const key = { ...GOLDEN_KEY, domain: DOMAIN }
  const deps = depsWith({ dkimKeys: [key] })
  const portal = person(await newPortal(db, clock))
  const { id } = await hasSequence(deps, portal, { published: false })
  await expect(publish(deps, portal, id)).rejects.toThrow('has no DKIM record')
  server.names.set(`${key.selector}._domainkey.${DOMAIN}`, { txt: [recordOf(key)] })
  expect(await publish(deps, portal, id)).toMatchObject({ status: 'active' })
})

test('names that are kept for trying out pass without the DNS, and say so; in a real installation they do not', async () => {
  const portal = person(await newPortal(db, clock))
  const demo = depsWith({ mailDomain: 'mail.stagecue.example' })
  await hasSequence(demo, portal)
  const [domain] = (await listSenders(demo, portal)).domains
  expect(domain).toMatchObject({ passed: true, findings: [{ verdict: 'advice' }] })
  expect(server.asked).toEqual([])
  const real = depsWith()
  await addSender(real, portal, mailbox({ address: 'ada@acme.example' }))
  const { domains } = await checkDomain(real, portal, { domain: 'acme.example', ...change() })
  expect(domains.find((row) => row.domain === 'acme.example')).toMatchObject({ passed: false })
})

test('a customer’s domain has to name the account before anybody writes in its name through our server', async () => {
  const deps = depsWith({ dkimKeys: [{ ...GOLDEN_KEY, domain: 'acme.com' }] })
  const portal = person(await newPortal(db, clock))
  await addSender(deps, portal, mailbox({ address: 'ada@acme.com' }))
  const look = async (): Promise<SendingDomainRow | undefined> => {
    const { domains } = await checkDomain(deps, portal, { domain: 'acme.com', ...change() })
    return domains.find(({ domain }) => domain === 'acme.com')
  }
  publishes('acme.com')
  server.names.set(`${GOLDEN_KEY.selector}._domainkey.acme.com`, { txt: [recordOf(GOLDEN_KEY)] })
  const sentence = `_stagecue.acme.com does not name this account. Add "stagecue-account=${portal.portalId}" as TXT, so that nobody else writes in its name.`
  expect(await look()).toMatchObject({ passed: false })
  expect((await look())?.findings).toContainEqual({ subject: 'account', verdict: 'fault', sentence })
  expect((await listSenders(deps, portal)).senders[1]?.problem).toContain('does not name this account yet')
  server.names.set('_stagecue.acme.com', { txt: ['stagecue-account=1'] })
  expect(await look()).toMatchObject({ passed: false })
  server.names.set('_stagecue.acme.com', { txt: ['stagecue-account=1', `stagecue-account=${portal.portalId}`] })
  expect(await look()).toMatchObject({ passed: true })
  expect((await listSenders(deps, portal)).senders[1]?.problem).toBeNull()
  server.names.set('acme.com', { fault: 'servfail' })
  server.names.set('_stagecue.acme.com', { fault: 'servfail' })
  await look()
  expect((await listSenders(deps, portal)).senders[1]?.problem).toBeNull()
  server.names.delete('_stagecue.acme.com')
  // That SPF could not be asked excuses nothing: the domain names nobody any more.
  expect(await look()).toMatchObject({ passed: false })
  expect((await listSenders(deps, portal)).senders[1]?.problem).toContain('does not name this account yet')
})

test('only domains of the account’s senders are looked up, and the default’s is the one that counts', async () => {
  const deps = depsWith()
  const portal = person(await newPortal(db, clock))
  const strange = { domain: 'elsewhere.com', ...change() }
  await expect(checkDomain(deps, portal, strange)).rejects.toMatchObject({ code: 'not_found' })
  expect(server.asked).toEqual([])
  publishes()
  const { senders } = await addSender(deps, portal, mailbox({ address: 'ada@acme.com' }))
  const { id } = await hasSequence(deps, portal, { published: false })
  await chooseDefault(deps, portal, senders[1]?.id ?? '', change())
  await expect(publish(deps, portal, id)).rejects.toThrow('Mails from acme.com')
})

test('a refusal names what decides and nothing else, also when all that is missing is a key of ours', async () => {
  const deps = depsWith()
  const portal = person(await newPortal(db, clock))
  const { senders } = await addSender(deps, portal, mailbox({ address: 'ada@acme.com' }))
  const { id } = await hasSequence(deps, portal, { published: false })
  await chooseDefault(deps, portal, senders[1]?.id ?? '', change())
  server.names.set('acme.com', { txt: ['v=spf1 -all'] })
  server.names.set('_stagecue.acme.com', { txt: [`stagecue-account=${portal.portalId}`] })
  const refusal = await publish(deps, portal, id).catch((error: Error) => error.message)
  expect(refusal).toBe(
    'Mails from acme.com would be refused or taken for spam: Stagecue has no DKIM key for acme.com, and SPF does not speak for mails that leave by its mail server. Ask whoever runs Stagecue for a key, or enter a mail server of your own for each sender of acme.com. Then check the domain again in the Mail tab.',
  )
})

const office = useSenders()

test('a sender whose domain does not name the account is passed over; one with a server of its own is not signed for', async () => {
  const { hires, hasOwner, enrolls, works, deps, sending } = await office.opens()
  const key = { ...GOLDEN_KEY, domain: 'acme.com' }
  const settings = { ...deps.settings, dkimKeys: [key] }
  Object.assign(deps, { settings })
  await hires('ada', { address: 'ada@acme.com' })
  await hires('bob', { address: 'bob@acme.com', server: loginOf(office.bobs) })
  await hasOwner('71', 'ada@acme.com')
  await hasOwner('72', 'bob@acme.com')
  const [a, b] = [await enrolls('71'), await enrolls('72')]
  await works()
  expect(takenBy(office.house)).toEqual([`sales-${sending.portalId}@mail.example.com to ${a.email}`])
  expect(takenBy(office.bobs)).toEqual([`bob@acme.com to ${b.email}`])
  expect(office.bobs.accepted[0]?.raw).not.toContain('DKIM-Signature')
  await sending.query(
    `insert into sending_domains (portal_id, domain, proven) values (${sending.portalId}, 'acme.com', true)`,
  )
  const c = await enrolls('71')
  await works()
  expect(takenBy(office.house).at(-1)).toBe(`ada@acme.com to ${c.email}`)
  expect(office.house.accepted.at(-1)?.raw).toMatch(/^DKIM-Signature: [\s\S]*? d=acme\.com;/)
})
