import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { systemDns } from '#core/dns.ts'
import { isPublicAddress } from '#mail/is-public-address.ts'
import { createOwnServers, type OwnServer } from '#mail/own-servers.ts'
import { mayReachPublic } from '#mail/reach-server.ts'
import { DnsServer } from '#test/support/dns-server.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'

const smtp = new SmtpServer()
const names = new DnsServer()
const ANYWHERE = { ports: 'any', address: () => true } as const
const MAIL = {
  envelopeFrom: 'bounces@example.com',
  recipient: 'a@b.example',
  mime: Buffer.from('Message-ID: <x@y>\r\n\r\nHi\r\n'),
}
const open = async () => true

beforeAll(async () => {
  smtp.extensions.push('AUTH PLAIN')
  await Promise.all([smtp.start(), names.start()])
})
afterAll(() => Promise.all([smtp.stop(), names.stop()]))
afterEach(() => {
  smtp.clear()
  names.clear()
})

function servers(given: { mayReach?: typeof mayReachPublic; idleMs?: number } = {}) {
  const dns = systemDns({ servers: [names.address], timeoutMs: 200 })
  return createOwnServers({ dns, mayReach: ANYWHERE, sleep: systemSleep, soon: setImmediate, timeoutMs: 500, ...given })
}

function login(given: Partial<OwnServer> = {}): OwnServer {
  const port = Number(new URL(smtp.url).port)
  return { owner: '1/ada', host: '127.0.0.1', port, tls: 'starttls', auth: { user: 'ada', pass: 'secret' }, ...given }
}

test.each([
  ['8.8.8.8', true],
  ['2a00:1450:4001:80b::200e', true],
  ...[
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
  ].map((address) => [address, false] as const),
  ...[
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    '2001::1',
    'fec0::1',
  ].map((address) => [address, false] as const),
  ['smtp.example.com', false],
] as const)('%s on the public internet: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected)
})

test('a name that leads into our own network is never connected to, whatever else it leads to', async () => {
  names.names.set('smtp.evil.com', { a: ['127.0.0.1', '10.0.0.8'], aaaa: ['::1'] })
  const own = servers({ mayReach: { ...mayReachPublic, ports: 'any' } })
  const before = smtp.connections
  const outcome = await own.send(login({ host: 'smtp.evil.com' }), MAIL, open)
  expect(outcome).toMatchObject({
    kind: 'not_sent',
    detail: expect.stringContaining('is no mail server on the internet'),
  })
  expect(await own.send(login(), MAIL, open)).toMatchObject({ kind: 'not_sent' })
  expect(await servers({ mayReach: mayReachPublic }).send(login({ host: 'smtp.evil.com' }), MAIL, open)).toMatchObject({
    kind: 'not_sent',
  })
  expect(smtp.connections).toBe(before)
  await own.close()
})

test('a name is resolved once for a pool: what it leads to later changes nothing', async () => {
  names.names.set('smtp.acme.com', { a: ['127.0.0.1'] })
  const own = servers()
  expect(await own.send(login({ host: 'smtp.acme.com' }), MAIL, open)).toMatchObject({ kind: 'accepted' })
  names.names.set('smtp.acme.com', { a: ['127.0.0.9'] })
  const asked = names.asked.length
  expect(await own.send(login({ host: 'smtp.acme.com' }), MAIL, open)).toMatchObject({ kind: 'accepted' })
  expect(names.asked.length).toBe(asked)
  await own.close()
})

test('a server that could not be reached is looked up again for the next mail', async () => {
  const own = servers()
  expect(await own.send(login({ host: 'smtp.acme.com' }), MAIL, open)).toMatchObject({
    kind: 'not_sent',
    detail: 'smtp.acme.com does not exist in the DNS',
  })
  names.names.set('smtp.acme.com', { a: ['127.0.0.1'] })
  expect(await own.send(login({ host: 'smtp.acme.com' }), MAIL, open)).toMatchObject({ kind: 'accepted' })
  await own.close()
})

test('two senders with the same login share no connection, one sender’s mails do', async () => {
  const own = servers()
  const before = smtp.connections
  await own.send(login(), MAIL, open)
  await own.send(login(), MAIL, open)
  expect(smtp.connections - before).toBe(1)
  await own.send(login({ owner: '1/bob' }), MAIL, open)
  await own.send(login({ owner: '2/ada' }), MAIL, open)
  expect(smtp.connections - before).toBe(3)
  await own.close()
  await vi.waitFor(() => expect(smtp.open).toBe(0))
})

test('a pool nobody mails through is closed, and never under a mail', async () => {
  const own = servers({ idleMs: 30 })
  smtp.fault('dot', { kind: 'late', ms: 150 })
  const slow = own.send(login(), MAIL, open)
  await pause(80)
  expect(await slow).toMatchObject({ kind: 'accepted' })
  await vi.waitFor(() => expect(smtp.open).toBe(0), { timeout: 2_000 })
  expect(await own.send(login(), MAIL, open)).toMatchObject({ kind: 'accepted' })
  await own.close()
})

test('without TLS no password leaves for another machine', async () => {
  names.names.set('smtp.acme.com', { a: ['127.0.0.1'] })
  const own = servers()
  const outcome = await own.send(login({ host: 'smtp.acme.com', tls: 'tls' }), MAIL, open)
  expect(outcome).toMatchObject({ kind: 'not_sent' })
  await own.close()
  expect(await own.send(login(), MAIL, open)).toMatchObject({ kind: 'not_sent', detail: 'The mailer was closed' })
})
