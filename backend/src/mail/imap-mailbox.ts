import { createHash } from 'node:crypto'
import { ImapFlow, type SearchObject } from 'imapflow'
import { AppError } from '#core/errors.ts'
import { tidy } from './classify-failure.ts'
import type { ImapAccount } from './read-imap-url.ts'

/** How far a mailbox was read. UIDs count within one UIDVALIDITY (RFC 3501, 2.3.1.1). */
export interface MailboxPosition {
  /** 0 before the first read. */
  readonly uidValidity: number
  readonly lastUid: number
}

export interface MailboxNews {
  readonly uidValidity: number
  /** UIDs after the position, ascending; all when the numbering is another one. */
  readonly uids: readonly number[]
}

export interface FetchedMail {
  /** The first MiB. */
  readonly raw: Uint8Array
  /** When the mailbox got it; undefined when the server does not say. */
  readonly receivedAt: Temporal.Instant | undefined
}

/** A folder that is read and never changed: no mail is deleted, moved or marked as seen. */
export interface Mailbox {
  /** See `ImapAccount.name`. */
  readonly name: string
  /** What its position is kept by: the name and, hashed, the user. Two users of a server may have folders numbered alike. */
  readonly key: string
  /** What came after the position. Throws `AppError('mail_unavailable')`; the next call connects anew. */
  listAfter(position: MailboxPosition): Promise<MailboxNews>
  /** The lowest UID of those that came at that moment or later, by the server's clock; undefined when none did. Throws the same. */
  firstSince(moment: Temporal.Instant): Promise<number | undefined>
  /** One of the listed mails; undefined when somebody deleted it meanwhile. Throws `AppError('mail_unavailable')`. */
  read(uid: number): Promise<FetchedMail | undefined>
  /** Ends the connection; a call under way fails. */
  close(): void
}

const BYTES = 1024 * 1024
/** What a server may make us keep at once: more than such a mail has, and than the list of a very large inbox. */
const LIMITS = { maxLiteralSize: 2 * BYTES, maxLineLength: 32 * BYTES, maxResponseSize: 40 * BYTES }
const CONNECT_MS = 15_000
/** Shorter than the lease of a reader: a mail whose server hangs must be counted as failed before another process begins with it. */
const SILENT_MS = 45_000

/** A mailbox over IMAP4rev1. Connects at the first call, and again after a connection was lost. */
export function openImapMailbox(account: ImapAccount): Mailbox {
  const { host, servername, port, secure, requireTls, user, pass, folder, name } = account
  let open: Promise<ImapFlow> | undefined
  let connecting: ImapFlow | undefined

  async function connect(): Promise<ImapFlow> {
    const client = new ImapFlow({
      host,
      ...(servername !== undefined && { servername }),
      port,
      secure,
      // Undefined: STARTTLS where the server offers it.
      ...(requireTls ? { doSTARTTLS: true } : {}),
      auth: { user, pass },
      logger: false,
      disableAutoIdle: true,
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: SILENT_MS,
      ...LIMITS,
    })
    connecting = client
    // A lost connection is seen by the next call; an error nobody listens to would end the process.
    client.on('error', () => {})
    try {
      await client.connect()
      await client.mailboxOpen(folder, { readOnly: true })
      return client
    } catch (error) {
      client.close()
      throw error
    }
  }

  /** `what`: what cannot be read when it fails, as a sentence begins. */
  async function use<T>(work: (client: ImapFlow) => Promise<T>, what = `The mailbox ${name}`): Promise<T> {
    open ??= connect()
    const opening = open
    try {
      return await work(await opening)
    } catch (cause) {
      open = undefined
      void opening.then(
        (client) => client.close(),
        () => {},
      )
      throw new AppError('mail_unavailable', `${what} cannot be read: ${detailOf(cause)}`, { cause })
    }
  }

  return {
    name,
    key: `${name} ${createHash('sha256').update(user).digest('hex').slice(0, 16)}`,
    listAfter: (position) =>
      use(async (client) => {
        // The server tells of new mails only when it is asked something.
        await client.noop()
        const box = client.mailbox
        if (!box) throw new Error('no folder is open')
        const uidValidity = Number(box.uidValidity)
        const after = uidValidity === position.uidValidity ? position.lastUid : 0
        if (box.exists === 0) return { uidValidity, uids: [] }
        const found = await search(client, { uid: `${after + 1}:*` })
        // "n:*" always includes the last mail, also when its UID is below n (RFC 3501, 6.4.8).
        return { uidValidity, uids: found.filter((uid) => uid > after).toSorted((a, b) => a - b) }
      }),
    firstSince: (moment) =>
      use(async (client) => {
        // SINCE compares days, in a zone that nobody tells.
        const since = new Date(moment.subtract({ hours: 24 }).epochMilliseconds)
        const found = await search(client, { since })
        if (found.length === 0) return undefined
        const range = `${Math.min(...found)}:*`
        const dated = await client.fetchAll(range, { uid: true, internalDate: true }, { uid: true })
        const later = dated.filter(({ internalDate }) => {
          const at = toInstant(internalDate)
          return at === undefined || Temporal.Instant.compare(at, moment) >= 0
        })
        return later.length > 0 ? Math.min(...later.map(({ uid }) => uid)) : undefined
      }),
    read: (uid) =>
      use(async (client) => {
        const query = { internalDate: true, source: { start: 0, maxLength: BYTES } }
        const mail = await client.fetchOne(String(uid), query, { uid: true })
        if (!mail) return undefined
        // Another mail's change of flags, which a server may tell at any time, or an answer without the content. Never taken for "deleted".
        if (!mail.source) throw new Error('the server gave no content')
        return { raw: mail.source, receivedAt: toInstant(mail.internalDate) }
      }, `Mail ${uid} of the mailbox ${name}`),
    close() {
      open = undefined
      // The latest one, also before it is connected.
      connecting?.close()
    },
  }
}

/** imapflow gives `false` for a search that the server refused: that is no empty mailbox. */
async function search(client: ImapFlow, query: SearchObject): Promise<number[]> {
  const found = await client.search(query, { uid: true })
  if (!found) throw new Error('the server refused to list its mails')
  return found
}

/** imapflow gives a Date, or the server's text where that is no date. */
function toInstant(moment: Date | string | undefined): Temporal.Instant | undefined {
  const at = moment instanceof Date ? moment.getTime() : Number.NaN
  return Number.isNaN(at) ? undefined : Temporal.Instant.fromEpochMilliseconds(at)
}

/** The server's own words where there are some; imapflow says only "Command failed". */
function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return tidy(String(error))
  const said = 'responseText' in error && typeof error.responseText === 'string' ? error.responseText : ''
  return tidy(said || error.message)
}
