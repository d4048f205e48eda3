import { expect, test, vi } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { SMTP_STAGES, type SmtpFault, type SmtpStage } from '#test/support/smtp-server.ts'
import { ONCE, useKeptConnections } from './kept-connections.ts'

const { server, pipelining, newMailer, send, warmMailer, connectionsFor } = useKeptConnections()

test.each(['close', 'reset', '421'] as const)(
  'an idle connection that the server ended by %s costs nothing',
  async (how) => {
    for (const pauseMs of [0, 50]) {
      const mailer = await warmMailer()
      const opened = await connectionsFor(async () => {
        server.hangUp(how)
        if (pauseMs > 0) await systemSleep(pauseMs)
        expect(await send(mailer)).toEqual(ONCE)
      })
      expect(opened).toBe(1)
    }
  },
)

const FAULTS = {
  reset: { kind: 'reset' },
  close: { kind: 'close' },
  silence: { kind: 'silence' },
  '421': { kind: 'reply', text: '421 4.3.2 shutting down' },
  '451': { kind: 'reply', text: '451 4.7.1 later' },
  '550': { kind: 'reply', text: '550 5.1.1 no such user' },
  late: { kind: 'late', ms: 50 },
} satisfies Record<string, SmtpFault>
type FaultName = keyof typeof FAULTS

/** What a fault on a kept connection comes to, with the new connections it costs. */
function expected(stage: SmtpStage, fault: FaultName) {
  const bodyBegun = SMTP_STAGES.indexOf(stage) >= SMTP_STAGES.indexOf('body')
  const dead = ['reset', 'close', 'silence'].includes(fault)
  if (fault === 'late') return { ...ONCE, opened: 0 }
  if (!bodyBegun && (dead || fault === '421')) return { ...ONCE, opened: 1 }
  const stored = stage === 'dot' && dead ? 1 : 0
  const verdict = dead ? 'unknown' : `refused ${fault}`
  return { verdict, asked: bodyBegun ? 1 : 0, stored, whole: stored === 1, opened: 0 }
}

const STAGES = SMTP_STAGES.slice(SMTP_STAGES.indexOf('mail'))
const CASES = STAGES.flatMap((stage) => Object.keys(FAULTS).map((name) => ({ stage, name: name as FaultName })))

test.each(CASES)('$name at $stage on a kept connection', async ({ stage, name }) => {
  for (const offered of [true, false]) {
    pipelining(offered)
    const mailer = await warmMailer({ timeoutMs: 300 })
    server.fault(stage, FAULTS[name])
    const before = server.connections
    const result = await send(mailer)
    expect({ ...result, opened: server.connections - before }).toEqual(expected(stage, name))
    server.clear()
    // Only an accepted mail leaves a connection behind that may have the next.
    expect(await connectionsFor(() => send(mailer))).toBe(result.verdict === 'accepted' ? 0 : 1)
  }
})

test.each(['mail', 'rcpt', 'data'] as const)('a new connection that dies at %s is not replaced', async (stage) => {
  for (const { fault, kept } of [FAULTS.close, FAULTS['421']].flatMap((fault) => [
    { fault, kept: true },
    { fault, kept: false },
  ])) {
    const mailer = kept ? await warmMailer() : newMailer()
    server.fault(stage, fault, { times: kept ? 2 : 1 })
    const opened = await connectionsFor(async () => {
      expect(await send(mailer)).toMatchObject({ verdict: 'unreachable', asked: 0, stored: 0 })
    })
    expect(opened).toBe(1)
  }
})

test('a kept connection that dies while the gate is asked is not replaced, and the late yes releases nothing', async () => {
  for (const how of ['close', 'reset'] as const) {
    const mailer = await warmMailer()
    const stored = server.accepted.length
    const opened = await connectionsFor(async () => {
      const result = await send(mailer, async () => {
        server.hangUp(how)
        await systemSleep(100)
        return true
      })
      expect(result).toMatchObject({ verdict: 'unreachable', asked: 1 })
      await systemSleep(150)
    })
    expect(opened).toBe(0)
    expect(server.accepted.length).toBe(stored)
  }
})

test('a gate that says no ends the connection, and is asked once', async () => {
  const mailer = await warmMailer()
  const opened = await connectionsFor(async () => {
    expect(await send(mailer, async () => false)).toMatchObject({ verdict: 'gate_closed', asked: 1, stored: 0 })
    await vi.waitFor(() => expect(server.open).toBe(0))
    expect(await send(mailer)).toEqual(ONCE)
  })
  expect(opened).toBe(1)
})

test('one deadline holds for both connections', async () => {
  const mailer = await warmMailer({ timeoutMs: 400, deadlineMs: 600 })
  server.fault('mail', FAULTS.silence, { times: 2 })
  const began = performance.now()
  const opened = await connectionsFor(async () => {
    expect(await send(mailer)).toMatchObject({ verdict: 'unreachable', asked: 0, stored: 0 })
  })
  expect(performance.now() - began).toBeLessThan(780)
  expect(opened).toBe(1)
  // The time is up before the kept connection is found dead.
  const hasty = await warmMailer({ deadlineMs: 300 })
  server.fault('mail', FAULTS.silence)
  expect(await connectionsFor(() => send(hasty))).toBe(0)
})

test('a second answer to a mail is not taken for the answer to the next', async () => {
  for (const stray of ['250 2.0.0 stored', '550 5.1.1 no such user', 'hello?']) {
    const mailer = newMailer()
    server.fault('dot', { kind: 'reply', text: `250 2.0.0 stored\r\n${stray}` })
    const opened = await connectionsFor(async () => {
      expect(await send(mailer)).toEqual(ONCE)
      expect(await send(mailer)).toEqual(ONCE)
    })
    expect(opened).toBe(2)
  }
})

test('stray answers in the middle of a mail ask no gate and release nothing on a kept connection', async () => {
  for (const strays of [1, 2, 3]) {
    const mailer = await warmMailer()
    server.fault('mail', { kind: 'reply', text: Array.from({ length: strays + 1 }, () => '250 ok').join('\r\n') })
    const opened = await connectionsFor(async () => expect(await send(mailer)).toEqual(ONCE))
    expect(opened).toBe(1)
  }
})

test('a connection whose server answered before it had the whole mail gets no other', async () => {
  const mailer = newMailer()
  server.fault('data', { kind: 'reply', text: '354 go ahead\r\n250 2.0.0 stored' })
  const opened = await connectionsFor(async () => {
    const slowly = async () => {
      await systemSleep(50)
      return true
    }
    expect((await send(mailer, slowly)).verdict).toBe('accepted')
    expect(await send(mailer, slowly)).toEqual(ONCE)
  })
  expect(opened).toBe(2)
})
