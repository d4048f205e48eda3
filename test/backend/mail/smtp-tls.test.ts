import { readFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import tls from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { systemDns } from '#core/dns.ts'
import { createOwnServers } from '#mail/own-servers.ts'
import { DnsServer } from '#test/support/dns-server.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'

// Self-signed for smtp.acme.com; made for this test alone.
const cert = readFileSync(new URL('smtp-tls/cert.pem', import.meta.url), 'utf8')
const key = readFileSync(new URL('smtp-tls/key.pem', import.meta.url), 'utf8')
const smtp = new SmtpServer()
const names = new DnsServer()
/** The TLS end in front of the mail server. */
const front = tls.createServer({ cert, key }, (socket) => {
  const behind = connect(Number(new URL(smtp.url).port), '127.0.0.1')
  for (const end of [socket, behind]) end.on('error', () => {})
  socket.pipe(behind).pipe(socket)
})
const trusted = tls.getCACertificates()

beforeAll(async () => {
  smtp.extensions.push('AUTH PLAIN')
  await Promise.all([smtp.start(), names.start()])
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  tls.setDefaultCACertificates([...trusted, cert])
})
afterAll(async () => {
  tls.setDefaultCACertificates(trusted)
  front.close()
  await Promise.all([smtp.stop(), names.stop()])
})

async function send(host: string) {
  names.names.set(host, { a: ['127.0.0.1'] })
  const { port } = front.address() as AddressInfo
  const dns = systemDns({ servers: [names.address], timeoutMs: 500 })
  const servers = createOwnServers({
    dns,
    mayReach: { ports: 'any', address: () => true },
    sleep: systemSleep,
    soon: setImmediate,
  })
  const server = { owner: '1/ada', host, port, tls: 'tls', auth: { user: 'ada', pass: 'secret' } } as const
  const mail = {
    envelopeFrom: 'a@b.example',
    recipient: 'c@d.example',
    mime: Buffer.from('Message-ID: <x@y>\r\n\r\nHi\r\n'),
  }
  return servers.send(server, mail, async () => true).finally(() => servers.close())
}

test('the certificate is checked for the name, although the address is what is connected to', async () => {
  expect(await send('smtp.acme.com')).toMatchObject({ kind: 'accepted' })
  const stranger = await send('smtp.elsewhere.com')
  expect(stranger).toMatchObject({ kind: 'not_sent' })
  expect(stranger).toHaveProperty('detail', expect.stringMatching(/certificate|altnames|Hostname/i))
  expect(smtp.accepted).toHaveLength(1)
})
