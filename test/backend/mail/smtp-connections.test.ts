import { expect, test, vi } from 'vitest'
import { type Sleep, systemSleep } from '#core/clock.ts'
import { ONCE, useKeptConnections } from './kept-connections.ts'

const { server, pipelining, newMailer, send, warmMailer, connectionsFor } = useKeptConnections()

test('mails that follow each other go over one connection, each whole and to its own recipient', async () => {
  for (const offered of [true, false]) {
    pipelining(offered)
    const mailer = newMailer()
    const opened = await connectionsFor(async () => {
      for (let i = 0; i < 5; i++) expect(await send(mailer)).toEqual(ONCE)
    })
    expect(opened).toBe(1)
  }
})

test('without idle time every mail has a connection of its own, which is quit', async () => {
  const mailer = newMailer({ idleMs: 0 })
  const quits = server.quits
  const opened = await connectionsFor(async () => {
    for (let i = 0; i < 3; i++) expect(await send(mailer)).toEqual(ONCE)
  })
  expect(opened).toBe(3)
  await vi.waitFor(() => expect(server.quits - quits).toBe(3))
})

test('a large mail leaves its connection fit for the next', async () => {
  const mailer = newMailer()
  const mime = Buffer.from(`Message-ID: <large@mail.example.com>\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(10_000)}`)
  const mail = { envelopeFrom: 'bounces+x@mail.example.com', recipient: 'ada@example.com', mime }
  const opened = await connectionsFor(async () => {
    expect((await mailer.send(mail, async () => true)).kind).toBe('accepted')
    expect(server.accepted.at(-1)?.raw).toBe(mime.toString())
    expect(await send(mailer)).toEqual(ONCE)
  })
  expect(opened).toBe(1)
})

test('after 100 mails a connection is quit', async () => {
  const mailer = newMailer()
  const quits = server.quits
  const hundred = async () => {
    for (let i = 0; i < 100; i++) expect(await send(mailer)).toEqual(ONCE)
  }
  expect(await connectionsFor(hundred)).toBe(1)
  await vi.waitFor(() => expect(server.quits - quits).toBe(1))
  expect(await connectionsFor(() => send(mailer))).toBe(1)
})

test('after 5 seconds without a mail a connection is quit, and each mail starts them anew', async () => {
  const waits: number[] = []
  const shortened: Sleep = (ms, signal) => {
    waits.push(ms)
    return systemSleep(ms === 5_000 ? 300 : ms, signal)
  }
  const mailer = newMailer({ sleep: shortened })
  const quits = server.quits
  for (let i = 0; i < 3; i++) {
    expect(await send(mailer)).toEqual(ONCE)
    await systemSleep(200)
    expect({ open: server.open, quits: server.quits - quits }).toEqual({ open: 1, quits: 0 })
  }
  await vi.waitFor(() => expect({ open: server.open, quits: server.quits - quits }).toEqual({ open: 0, quits: 1 }))
  expect(waits.filter((ms) => ms === 5_000)).toHaveLength(3)
  expect(await connectionsFor(() => send(mailer))).toBe(1)
})

/** Lets `count` mails into the server before it answers the first of them. */
function holdAnswers(count: number): void {
  const waiting: (() => void)[] = []
  server.before('dot', async () => {
    if (waiting.length + 1 < count) await new Promise<void>((resolve) => waiting.push(resolve))
    else for (const go of waiting.splice(0)) go()
  })
}

test('20 mails at once are stored once each, and 10 connections are kept', async () => {
  const mailer = newMailer()
  holdAnswers(20)
  const crowd = async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => send(mailer)))
    expect(results).toEqual(results.map(() => ONCE))
  }
  expect(await connectionsFor(crowd)).toBe(20)
  await vi.waitFor(() => expect(server.open).toBe(10))
  server.before('dot', undefined)
  expect(await connectionsFor(crowd)).toBe(10)
  // Every kept connection gone at the moment of use.
  server.hangUp('close')
  await crowd()
})

test('check has a connection of its own, and leaves the kept one alone', async () => {
  const mailer = await warmMailer()
  expect(
    await connectionsFor(async () => {
      expect(await mailer.check()).toBeUndefined()
      expect(await send(mailer)).toEqual(ONCE)
    }),
  ).toBe(1)
})

test('close leaves no connection, quits the idle ones, and nothing is sent afterwards', async () => {
  const mailer = await warmMailer()
  const quits = server.quits
  await mailer.close()
  await vi.waitFor(() => expect({ open: server.open, quits: server.quits - quits }).toEqual({ open: 0, quits: 1 }))
  const opened = await connectionsFor(async () => {
    expect(await send(mailer)).toMatchObject({ verdict: 'unreachable', asked: 0, stored: 0 })
    expect(await mailer.check()).toContain('The mailer was closed')
  })
  expect(opened).toBe(0)
})

test('close in the middle of a mail cuts it off, and a mail that is accepted later keeps no connection', async () => {
  const mailer = await warmMailer()
  server.fault('rcpt', { kind: 'silence' })
  const [result, opened] = await Promise.all([
    send(mailer),
    connectionsFor(async () => {
      await systemSleep(50)
      await mailer.close()
      await systemSleep(50)
    }),
  ])
  expect(result).toMatchObject({ verdict: 'unreachable', asked: 0, stored: 0 })
  expect(opened).toBe(0)
  await vi.waitFor(() => expect(server.open).toBe(0))
})
