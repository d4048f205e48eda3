import { Readable } from 'node:stream'
import type { Sleep } from '#core/clock.ts'
import { type AttemptState, classifyFailure, type SmtpFailure, tidy } from './classify-failure.ts'
import { type MailServer, readMailServer } from './mail-server.ts'
import type { Mail, Mailer, SendOutcome } from './mailer.ts'
import { called, createSmtpConnections, greet, type SmtpSession } from './smtp-connections.ts'

export interface SmtpMailerOptions {
  /** `smtp://[user:pass@]host[:port]` or `smtps://…`; or the server itself. */
  readonly url?: string
  readonly server?: MailServer
  readonly sleep: Sleep
  /** Runs a function soon, after what the event loop already has; `setImmediate` in production. */
  readonly soon: (run: () => void) => void
  /** How long the server may be silent at any point, in milliseconds. */
  readonly timeoutMs?: number
  /** How long one `send` may take from its start to its answer, in milliseconds; must stay below the lease of a step run. */
  readonly deadlineMs?: number
  /** How long a connection waits for its next mail, in milliseconds; 0: every mail gets a connection of its own. */
  readonly idleMs?: number
  /** Largest message, in bytes. */
  readonly maxBytes?: number
}

/** `asked`: whether the gate was, which may have marked the mail before its answer came. */
type Attempt = { -readonly [key in keyof AttemptState]: AttemptState[key] } & { asked: boolean }

interface Deadline {
  /** Rejects when the time is up; never resolves. */
  readonly late: Promise<never>
  readonly stop: () => void
}

/**
 * Sends over SMTP, one recipient per mail, on a connection that had an accepted mail before or on a new one. It uses
 * nodemailer's connection and not its transport: only the connection reads the message after the server's 354, so a fault
 * before that is known to be "not sent"; and there is no pool that could send again on its own. A connection that turns out
 * dead before the gate was asked is replaced by a new one, once. Throws `AppError('misconfigured')` for a URL that names no
 * server.
 */
export function createSmtpMailer(options: SmtpMailerOptions): Mailer {
  const server = options.server ?? readMailServer(options.url ?? '')
  const settings = { timeoutMs: 20_000, deadlineMs: 60_000, idleMs: 5_000, maxBytes: 2_000_000, ...options }
  const connections = createSmtpConnections({ ...settings, server })

  /** One try on a kept connection, or on a new one. `again`: it was kept and dead, and nothing of the mail can have left. */
  async function attempt(
    kept: SmtpSession | undefined,
    mail: Mail,
    gate: () => Promise<boolean>,
    late: Promise<never>,
  ): Promise<{ outcome: SendOutcome; again: boolean }> {
    const state: Attempt = { gate: 'never', asked: false, server: server.name }
    const work = async (session: SmtpSession) => {
      if (!kept) await greet(session, server)
      return transmit(session, mail, gatedContent(mail.mime, gate, state, session))
    }
    let session = kept
    try {
      session ??= connections.open()
      const { response, written } = await Promise.race([work(session), late])
      leave(session, written)
      return { outcome: { kind: 'accepted', response }, again: false }
    } catch (error) {
      if (session) connections.drop(session)
      const failure = failureOf(error)
      return { outcome: classifyFailure(failure, state), again: kept !== undefined && isDeadConnection(failure, state) }
    }
  }

  /** Nothing here may throw: a failure after the server's yes would make a sent mail look unsent. */
  function leave(session: SmtpSession, written: boolean): void {
    try {
      if (written) connections.giveBack(session)
      else connections.drop(session)
    } catch {
      // The mail was accepted, whatever became of its connection.
    }
  }

  return {
    async send(mail, gate) {
      if (mail.mime.length > settings.maxBytes) return tooLarge(mail.mime.length, settings.maxBytes)
      const deadline = startDeadline(settings.sleep, settings.deadlineMs)
      try {
        const first = await attempt(await connections.takeIdle(), mail, gate, deadline.late)
        if (!first.again) return first.outcome
        return (await attempt(undefined, mail, gate, deadline.late)).outcome
      } finally {
        deadline.stop()
      }
    },

    async check() {
      const deadline = startDeadline(settings.sleep, settings.deadlineMs)
      let session: SmtpSession | undefined
      try {
        session = connections.open()
        await Promise.race([greet(session, server), deadline.late])
        return undefined
      } catch (error) {
        return `The mail server ${server.name} does not work: ${tidy(failureOf(error).message)}`
      } finally {
        deadline.stop()
        if (session) connections.drop(session)
      }
    },

    async close() {
      connections.close()
    },
  }
}

function startDeadline(sleep: Sleep, ms: number): Deadline {
  const stop = new AbortController()
  const late = sleep(ms, stop.signal).then(() => {
    throw new Error(`No answer within ${ms / 1000} seconds`)
  })
  late.catch(() => {})
  return { late, stop: () => stop.abort() }
}

/**
 * Whether the connection had gone, or went, before the gate was asked: nothing of the mail can have left. Any reply but 421 is
 * an answer, and stands.
 */
function isDeadConnection(failure: SmtpFailure, attempt: Attempt): boolean {
  if (attempt.asked || attempt.gate !== 'never') return false
  if (failure.responseCode !== undefined) return failure.responseCode === 421
  return classifyFailure(failure, attempt).kind === 'not_sent'
}

interface Transmitted {
  readonly response: string
  /** Whether the server answered after it had been given the whole message. */
  readonly written: boolean
}

async function transmit(session: SmtpSession, mail: Mail, content: Readable): Promise<Transmitted> {
  const { connection, broken } = session
  const envelope = { from: mail.envelopeFrom, to: [mail.recipient], size: mail.mime.length }
  let written = false
  // nodemailer pipes the message into the socket: when the pipe ends, the last byte has been handed over. A server that
  // answers before would otherwise get the rest in the middle of the next mail.
  const ended = () => {
    written = true
  }
  if (connection._socket) connection._socket.once('unpipe', ended)
  const info = await Promise.race([
    broken,
    called<{ response?: unknown }>((done) =>
      connection.send(envelope, content, (error, result) => done(error, result ?? {})),
    ),
  ])
  return { response: tidy(String(info.response ?? '')), written }
}

/**
 * The message as a stream whose first read asks the gate. Not a byte is pushed before the answer, and none when the
 * connection has gone meanwhile.
 */
function gatedContent(
  mime: Buffer,
  gate: () => Promise<boolean>,
  attempt: Attempt,
  { connection, mails }: SmtpSession,
): Readable {
  return new Readable({
    read() {
      if (attempt.asked || connection.destroyed) return
      // nodemailer takes any 2xx for the 354. After another mail it may be a stray reply, and what follows no verdict on this one.
      if (mails > 0 && !String(connection.lastServerResponse).startsWith('354')) {
        this.destroy(new Error('The server did not ask for the message'))
        return
      }
      attempt.asked = true
      const withdraw = () => {
        attempt.gate = 'closed'
        this.destroy(new Error('The claim was no longer valid'))
      }
      gate().then((granted) => {
        if (this.destroyed) return
        if (!granted) return withdraw()
        attempt.gate = 'open'
        this.push(mime)
        this.push(null)
      }, withdraw)
    },
  })
}

function failureOf(error: unknown): SmtpFailure {
  const source: Partial<Record<string, unknown>> = typeof error === 'object' && error !== null ? { ...error } : {}
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return {
    message: error instanceof Error ? error.message : String(error),
    code: text(source.code),
    command: text(source.command),
    response: text(source.response),
    responseCode: typeof source.responseCode === 'number' ? source.responseCode : undefined,
  }
}

function tooLarge(bytes: number, limit: number): SendOutcome {
  const response = `The message has ${bytes} bytes; at most ${limit} are allowed. Shorten the step.`
  return { kind: 'refused', permanent: true, code: 552, response, atRecipient: false }
}
