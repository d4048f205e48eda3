import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { createFront } from './front.ts'
import { createMailFaults, type MailFaults } from './mail-faults.ts'
import { type MailTransaction, messageIdOf } from './mail-journal.ts'

export interface CaughtMail {
  readonly id: string
  /** ms since 1970, on the sandbox's clock. */
  readonly at: number
  readonly messageId: string | null
  /** Of the envelope. */
  readonly envelopeFrom: string
  readonly envelopeTo: readonly string[]
  /** Of the header. */
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers: readonly { name: string; value: string }[]
  readonly raw: Buffer
}

export interface MailCatcher {
  readonly url: string
  readonly port: number
  /** Accepted mails, oldest first. */
  messages(): readonly CaughtMail[]
  /** How often a Message-ID was accepted. */
  accepted(messageId: string): number
  /** Acceptances per Message-ID. */
  readonly acceptances: ReadonlyMap<string, number>
  readonly journal: MailTransaction[]
  readonly faults: MailFaults
  clear(): void
  /** Takes mails kept from an earlier run. */
  load(mails: readonly CaughtMail[]): void
  stop(): Promise<void>
}

export interface MailCatcherOptions {
  readonly port?: number
  readonly now: () => number
  readonly onMail?: (mail: CaughtMail) => void
  /** When given, clients must log in with these. */
  readonly auth?: { readonly user: string; readonly pass: string }
}

/** A real SMTP server on loopback that keeps what it accepts; plain text, as nothing leaves the machine. */
export async function startMailCatcher(options: MailCatcherOptions): Promise<MailCatcher> {
  const mails: CaughtMail[] = []
  const acceptances = new Map<string, number>()
  const journal: MailTransaction[] = []
  const bound = new Map<number, MailTransaction>()
  const refusals = new Map<MailTransaction, Error>()
  const faults = createMailFaults()

  function keep(mail: CaughtMail) {
    mails.push(mail)
    if (mail.messageId) acceptances.set(mail.messageId, (acceptances.get(mail.messageId) ?? 0) + 1)
  }
  const server = createServer(options, async (raw, envelope, upstreamPort) => {
    const transaction = bound.get(upstreamPort)
    const refusal = transaction && refusals.get(transaction)
    if (refusal) throw refusal
    const mail = await parseMail(raw, envelope, `${options.now()}-${mails.length + 1}`, options.now())
    keep(mail)
    if (transaction) {
      transaction.outcome = 'accepted'
      transaction.messageId = mail.messageId
    }
    options.onMail?.(mail)
  })
  const upstreamPort = await listen(server, 0)
  const front = createFront({
    upstreamPort,
    faults,
    bind: (port, transaction) => bound.set(port, transaction),
    refuse(transaction, code, text) {
      refusals.set(transaction, Object.assign(new Error(text), { responseCode: code }))
    },
    open(connection) {
      const transaction: MailTransaction = {
        id: journal.length + 1,
        at: options.now(),
        connection,
        from: null,
        to: [],
        stage: 'greet',
        messageId: null,
        bytes: 0,
        outcome: 'open',
        answer: null,
        fault: null,
      }
      journal.push(transaction)
      return transaction
    },
  })
  const port = await listen(front.server, options.port ?? 0)
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    messages: () => mails,
    accepted: (messageId) => acceptances.get(messageId) ?? 0,
    acceptances,
    journal,
    faults,
    clear() {
      mails.length = 0
      journal.length = 0
      acceptances.clear()
    },
    load(earlier) {
      for (const mail of earlier) keep(mail)
    },
    async stop() {
      await front.close()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

interface Envelope {
  readonly from: string
  readonly to: readonly string[]
}

type Store = (raw: Buffer, envelope: Envelope, upstreamPort: number) => Promise<void>

function createServer(options: MailCatcherOptions, store: Store): SMTPServer {
  const { auth } = options
  const server = new SMTPServer({
    banner: 'HubSpot sandbox mail catcher',
    disabledCommands: auth ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
    hidePIPELINING: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    authOptional: !auth,
    logger: false,
    closeTimeout: 500,
    onAuth(login, _session, callback) {
      const isRight = auth && login.username === auth.user && login.password === auth.pass
      return isRight ? callback(null, { user: auth.user }) : callback(new Error('Wrong user name or password'))
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map((recipient) => recipient.address) }
        store(Buffer.concat(chunks), envelope, session.remotePort).then(
          () => callback(),
          (error: Error) => callback(error),
        )
      })
    },
  })
  // A client that cuts the connection is the point of this server, not a failure of it.
  server.on('error', () => undefined)
  return server
}

async function parseMail(raw: Buffer, envelope: Envelope, id: string, at: number): Promise<CaughtMail> {
  const parsed = await PostalMime.parse(raw)
  const name = (person?: { name?: string | undefined; address?: string | undefined }) =>
    person?.name ? `${person.name} <${person.address ?? ''}>` : (person?.address ?? '')
  return {
    id,
    at,
    messageId: parsed.messageId ?? messageIdOf(raw),
    envelopeFrom: envelope.from,
    envelopeTo: envelope.to,
    from: name(parsed.from),
    to: (parsed.to ?? []).map(name).join(', '),
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html ?? '',
    headers: parsed.headers.map((header) => ({ name: header.originalKey ?? header.key, value: header.value })),
    raw,
  }
}

function listen(
  server: { listen(port: number, host: string, done: () => void): unknown },
  port: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const target = 'server' in server ? (server as SMTPServer).server : (server as import('node:net').Server)
    target.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((target.address() as AddressInfo).port))
  })
}
