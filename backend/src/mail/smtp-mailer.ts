import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Sleep } from '#core/clock.ts'
import { type AttemptState, classifyFailure, type SmtpFailure, tidy } from './classify-failure.ts'
import { type MailServer, readMailServer } from './mail-server.ts'
import type { Mail, Mailer, SendOutcome } from './mailer.ts'

export interface SmtpMailerOptions {
  /** `smtp://[user:pass@]host[:port]` or `smtps://…`. */
  readonly url: string
  readonly sleep: Sleep
  /** How long the server may be silent at any point, in milliseconds. */
  readonly timeoutMs?: number
  /** How long one attempt may take from connecting to its answer, in milliseconds; must stay below the lease of a step run. */
  readonly deadlineMs?: number
  /** Largest message, in bytes. */
  readonly maxBytes?: number
}

type Attempt = { -readonly [key in keyof AttemptState]: AttemptState[key] }

/**
 * Sends over SMTP, one connection and one recipient per mail. It uses nodemailer's connection and not its transport: only
 * the connection reads the message after the server's 354, so a fault before that is known to be "not sent"; and there is no
 * pool that could send again on its own. Throws `AppError('misconfigured')` for a URL that names no server.
 */
export function createSmtpMailer(options: SmtpMailerOptions): Mailer {
  const server = readMailServer(options.url)
  const settings = { timeoutMs: 20_000, deadlineMs: 60_000, maxBytes: 2_000_000, ...options }
  const open = new Set<SMTPConnection>()

  async function connected<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const connection = new SMTPConnection(connectionOptions(server, settings.timeoutMs))
    const stop = new AbortController()
    open.add(connection)
    const session = { connection, broken: whenBroken(connection) }
    const late = settings.sleep(settings.deadlineMs, stop.signal).then(() => {
      throw new Error(`No answer within ${settings.deadlineMs / 1000} seconds`)
    })
    late.catch(() => {})
    try {
      return await Promise.race([work(session), late])
    } finally {
      stop.abort()
      open.delete(connection)
      connection.close()
    }
  }

  return {
    async send(mail, gate) {
      if (mail.mime.length > settings.maxBytes) return tooLarge(mail.mime.length, settings.maxBytes)
      const attempt: Attempt = { gate: 'never', server: server.name }
      try {
        return await connected(async (session) => {
          await greet(session, server)
          return transmit(session, mail, gatedContent(mail.mime, gate, attempt))
        })
      } catch (error) {
        return classifyFailure(failureOf(error), attempt)
      }
    },

    async check() {
      try {
        await connected((session) => greet(session, server))
        return undefined
      } catch (error) {
        return `The mail server ${server.name} does not work: ${tidy(failureOf(error).message)}`
      }
    },

    async close() {
      for (const connection of open) connection.close()
    },
  }
}

interface Session {
  readonly connection: SMTPConnection
  /** Rejects when the connection fails or ends; never resolves. */
  readonly broken: Promise<never>
}

function connectionOptions(server: MailServer, timeoutMs: number) {
  return {
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: server.requireTls,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketCloseTimeout: 1_000,
  }
}

function whenBroken(connection: SMTPConnection): Promise<never> {
  const broken = new Promise<never>((_resolve, reject) => {
    connection.on('error', reject)
    // After a 421 the connection ends before the send is told why; the reply must win.
    connection.once('end', () => queueMicrotask(() => reject(new Error('The connection was closed'))))
  })
  broken.catch(() => {})
  return broken
}

async function greet(session: Session, server: MailServer): Promise<void> {
  const { connection, broken } = session
  await Promise.race([broken, called<void>((done) => connection.connect((error) => done(error ?? null, undefined)))])
  const { auth } = server
  if (!auth) return
  if (!connection.allowsAuth) {
    throw Object.assign(new Error('The server offers no login, but SMTP_URL has a password'), { code: 'EAUTH' })
  }
  await Promise.race([
    broken,
    called<void>((done) => connection.login({ credentials: { ...auth } }, (error) => done(error, undefined))),
  ])
}

async function transmit(session: Session, mail: Mail, content: Readable): Promise<SendOutcome> {
  const { connection, broken } = session
  const envelope = { from: mail.envelopeFrom, to: [mail.recipient], size: mail.mime.length }
  const info = await Promise.race([
    broken,
    called<{ response?: unknown }>((done) =>
      connection.send(envelope, content, (error, result) => done(error, result ?? {})),
    ),
  ])
  // Nothing from here on may throw: a failure after the server's yes would make a sent mail look unsent.
  if (!connection.destroyed) connection.quit()
  return { kind: 'accepted', response: tidy(String(info.response ?? '')) }
}

/**
 * The message as a stream whose first read asks the gate. Not a byte is pushed before the answer, and none when the
 * connection has gone meanwhile.
 */
function gatedContent(mime: Buffer, gate: () => Promise<boolean>, attempt: Attempt): Readable {
  let asked = false
  return new Readable({
    read() {
      if (asked) return
      asked = true
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

function called<T>(start: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value))))
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
