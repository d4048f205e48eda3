import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Sleep } from '#core/clock.ts'
import type { MailServer } from './mail-server.ts'

/** Mails on one connection. */
const MOST_MAILS = 100
/** Connections that wait for a mail. */
const MOST_IDLE = 10

export interface SmtpConnectionsOptions {
  readonly server: MailServer
  readonly sleep: Sleep
  /** Runs a function soon, after what the event loop already has; `setImmediate` in production. */
  readonly soon: (run: () => void) => void
  /** How long the server may be silent at any point, in milliseconds. */
  readonly timeoutMs: number
  /** How long a connection waits for its next mail, in milliseconds; 0: every mail gets a connection of its own. */
  readonly idleMs: number
}

export interface SmtpSession {
  readonly connection: SMTPConnection
  /** Rejects when the connection fails or ends; never resolves. */
  readonly broken: Promise<never>
  /** Mails the server accepted on it. */
  mails: number
}

/** The connections to one mail server, busy and idle. Who has one gives it back by exactly one of `giveBack` and `drop`. */
export interface SmtpConnections {
  /** A greeted connection that had a mail before, or undefined. Never rejects. */
  takeIdle(): Promise<SmtpSession | undefined>
  /** A new one that has not connected yet: see `greet`. Throws once all were closed. */
  open(): SmtpSession
  /** After the server accepted a mail and the whole mail was written, and only then: another command may follow. Never throws. */
  giveBack(session: SmtpSession): void
  /** Without a word to the server, whose state is not known. Never throws. */
  drop(session: SmtpSession): void
  close(): void
}

export function createSmtpConnections(options: SmtpConnectionsOptions): SmtpConnections {
  const opened = new Set<SmtpSession>()
  /** Each with what ends its wait; the one used last is last. */
  const idle = new Map<SmtpSession, AbortController>()
  let closed = false

  function drop(session: SmtpSession): void {
    idle.get(session)?.abort()
    idle.delete(session)
    opened.delete(session)
    session.connection.close()
  }

  function quit(session: SmtpSession): void {
    if (!session.connection.destroyed) session.connection.quit()
    drop(session)
  }

  function waitForMail(session: SmtpSession): void {
    const taken = new AbortController()
    idle.set(session, taken)
    void options.sleep(options.idleMs, taken.signal).then(() => {
      if (!taken.signal.aborted) quit(session)
    })
  }

  return {
    async takeIdle() {
      for (let session = lastOf(idle); session; session = lastOf(idle)) {
        idle.get(session)?.abort()
        idle.delete(session)
        // Lets nodemailer read what has arrived behind the last answer. A second reply or a 421 ends the connection when nobody
        // waits for a reply; read later, it would pass for the answer to the next mail.
        await new Promise<void>((resolve) => options.soon(resolve))
        if (isUsable(session.connection)) return session
        drop(session)
      }
      return undefined
    },

    open() {
      if (closed) throw new Error('The mailer was closed')
      const connection = new SMTPConnection(connectionOptions(options.server, options.timeoutMs))
      const session = { connection, broken: whenBroken(connection), mails: 0 }
      opened.add(session)
      connection.once('end', () => drop(session))
      return session
    },

    giveBack(session) {
      session.mails++
      const spent = options.idleMs === 0 || session.mails >= MOST_MAILS || idle.size >= MOST_IDLE
      if (spent || !isUsable(session.connection)) quit(session)
      else waitForMail(session)
    },

    drop,

    close() {
      closed = true
      for (const session of [...opened]) {
        if (idle.has(session)) quit(session)
        else drop(session)
      }
    },
  }
}

/** Connects, and logs in where there is a password. Rejects with nodemailer's error. */
export async function greet(session: SmtpSession, server: MailServer): Promise<void> {
  const { connection, broken } = session
  await Promise.race([broken, called<void>((done) => connection.connect((error) => done(error ?? null, undefined)))])
  const { auth } = server
  if (!auth) return
  if (!connection.allowsAuth) {
    throw Object.assign(new Error('The server offers no login, but a password is set for it'), { code: 'EAUTH' })
  }
  await Promise.race([
    broken,
    called<void>((done) => connection.login({ credentials: { ...auth } }, (error) => done(error, undefined))),
  ])
}

/** A callback of nodemailer as a promise. */
export function called<T>(start: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value))))
}

function connectionOptions(server: MailServer, timeoutMs: number) {
  return {
    host: server.host,
    ...(server.servername !== undefined && { servername: server.servername }),
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

function isUsable(connection: SMTPConnection): boolean {
  const socket = connection._socket
  return !connection.destroyed && socket !== false && socket?.writable === true
}

function lastOf(idle: Map<SmtpSession, unknown>): SmtpSession | undefined {
  return [...idle.keys()].at(-1)
}
