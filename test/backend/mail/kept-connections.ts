import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import type { Mailer, SendOutcome } from '#mail/mailer.ts'
import { createSmtpMailer, type SmtpMailerOptions } from '#mail/smtp-mailer.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'

/** What becomes of a mail where all is well. */
export const ONCE = { verdict: 'accepted', asked: 1, stored: 1, whole: true }

/** A mail server for one test file, and mailers that keep connections to it; after each test none may be left. */
export function useKeptConnections() {
  const server = new SmtpServer()
  const mailers: Mailer[] = []
  let mails = 0

  beforeAll(() => server.start())
  beforeEach(() => pipelining(true))
  afterEach(async () => {
    server.clear()
    for (const mailer of mailers.splice(0)) await mailer.close()
    await vi.waitFor(() => expect(server.open).toBe(0))
  })
  afterAll(() => server.stop())

  function pipelining(offered: boolean): void {
    server.extensions = [...(offered ? ['PIPELINING'] : []), '8BITMIME', 'AUTH PLAIN LOGIN']
  }

  function newMailer(options: Partial<SmtpMailerOptions> = {}): Mailer {
    const url = server.url.replace('smtp://', 'smtp://app:secret@')
    const mailer = createSmtpMailer({ url, sleep: systemSleep, soon: setImmediate, timeoutMs: 2_000, ...options })
    mailers.push(mailer)
    return mailer
  }

  /** Sends a new mail; tells what came of it, how often its gate was asked, and how often the server stored it. */
  async function send(mailer: Mailer, gate: () => Promise<boolean> = async () => true) {
    const messageId = `<k${++mails}@mail.example.com>`
    const mime = Buffer.from(`Message-ID: ${messageId}\r\nSubject: Hi\r\n\r\nHi ${mails}\r\n`)
    const mail = { envelopeFrom: 'bounces+x@mail.example.com', recipient: 'ada@example.com', mime }
    let asked = 0
    const outcome = await mailer.send(mail, () => {
      asked++
      return gate()
    })
    const stored = server.accepted.filter((entry) => entry.messageId === messageId)
    return { verdict: verdict(outcome), asked, stored: stored.length, whole: stored[0]?.raw === mime.toString() }
  }

  /** A mailer that keeps one connection. */
  async function warmMailer(options: Partial<SmtpMailerOptions> = {}): Promise<Mailer> {
    const mailer = newMailer(options)
    expect(await send(mailer)).toEqual(ONCE)
    return mailer
  }

  async function connectionsFor(work: () => Promise<unknown>): Promise<number> {
    const before = server.connections
    await work()
    return server.connections - before
  }

  return { server, pipelining, newMailer, send, warmMailer, connectionsFor }
}

function verdict(outcome: SendOutcome): string {
  if (outcome.kind === 'refused') return `refused ${outcome.code}`
  return outcome.kind === 'not_sent' ? outcome.reason : outcome.kind
}
