import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { createOwnMailboxes } from '#mail/own-mailboxes.ts'

const LOGIN = { host: '127.0.0.1', tls: 'starttls', user: 'ada', pass: 'canary-password' } as const
const START = { uidValidity: 0, lastUid: 0 }
const given: { server?: Server; sockets: Set<Socket> } = { sockets: new Set() }

afterEach(() => {
  for (const socket of given.sockets) socket.destroy()
  given.server?.close()
})

/** A server that does with each connection what it is told to; an admin may name any. */
async function serve(talk: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    given.sockets.add(socket)
    socket.on('close', () => given.sockets.delete(socket))
    socket.on('error', () => {})
    talk(socket)
  }).listen(0, '127.0.0.1')
  given.server = server
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

const open = async (port: number, lookMs?: number) =>
  createOwnMailboxes({
    dns: {} as never,
    mayReach: { ports: 'any', address: () => true },
    sleep: systemSleep,
    ...(lookMs !== undefined && { lookMs }),
  }).open({ ...LOGIN, port })

test('a server that says a little now and then, and never answers, is left when the look has taken too long', async () => {
  const port = await serve((socket) => {
    socket.write('* OK ready\r\n')
    const talk = setInterval(() => socket.write('* OK still there\r\n'), 20)
    socket.on('close', () => clearInterval(talk))
  })
  const mailbox = await open(port, 300)
  await expect(mailbox.listAfter(START)).rejects.toMatchObject({ code: 'mail_unavailable' })
  await Promise.all([...given.sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))))
  // What is left of the look does not begin anew.
  await expect(mailbox.read(1)).rejects.toThrow('took longer than')
  mailbox.close()
})

test('a server that announces more than any mail we read has is not listened to', async () => {
  const port = await serve((socket) => {
    socket.write('* OK ready\r\n')
    socket.on('data', () => socket.write('* BAD {500000000}\r\nAAAA'))
  })
  const mailbox = await open(port)
  await expect(mailbox.listAfter(START)).rejects.toMatchObject({ code: 'mail_unavailable' })
  mailbox.close()
}, 10_000)
