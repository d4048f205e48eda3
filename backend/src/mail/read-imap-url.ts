import { AppError } from '#core/errors.ts'
import { isThisMachine } from './is-this-machine.ts'

/** A mailbox to read, from `IMAP_URL`. */
export interface ImapAccount {
  readonly host: string
  /** The name its certificate must have, where `host` is the address that the name was resolved to. */
  readonly servername?: string
  readonly port: number
  /** TLS from the first byte (imaps). */
  readonly secure: boolean
  /** Refuse to go on without STARTTLS: a password never leaves this machine in the clear. */
  readonly requireTls: boolean
  readonly user: string
  readonly pass: string
  /** The folder. */
  readonly folder: string
  /** For sentences: "imap.example.com:993/INBOX", never with the password. */
  readonly name: string
}

/** Reads `imaps://user:password@host[:993][/folder]` or `imap://…[:143]`; the folder is INBOX unless named. Throws `AppError('misconfigured')`. */
export function readImapUrl(text: string): ImapAccount {
  const url = URL.parse(text)
  const user = decode(url?.username ?? '')
  const pass = decode(url?.password ?? '')
  const folder = decode(url?.pathname.replace(/^\//, '') ?? '') || 'INBOX'
  if (
    !url ||
    !['imap:', 'imaps:'].includes(url.protocol) ||
    !url.hostname ||
    !user ||
    !pass ||
    url.search ||
    url.hash
  ) {
    throw new AppError('misconfigured', 'IMAP_URL is no mailbox. Write imaps://user:password@host:993/INBOX.')
  }
  const secure = url.protocol === 'imaps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port ? Number(url.port) : secure ? 993 : 143
  const requireTls = !secure && !isThisMachine(host)
  return { host, port, secure, requireTls, user, pass, folder, name: `${host}:${port}/${folder}` }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AppError('misconfigured', 'The user, password or folder in IMAP_URL is not percent-encoded correctly.')
  }
}
