import { AppError } from '#core/errors.ts'
import { isThisMachine } from './is-this-machine.ts'

/** Where mail goes, read from `SMTP_URL`. */
export interface MailServer {
  readonly host: string
  /** The name its certificate must have, where `host` is the address that the name was resolved to. */
  readonly servername?: string
  readonly port: number
  /** TLS from the first byte (smtps). */
  readonly secure: boolean
  /** Refuse to go on without STARTTLS: a password never leaves this machine in the clear. */
  readonly requireTls: boolean
  readonly auth: { readonly user: string; readonly pass: string } | null
  /** For sentences: never with the password. */
  readonly name: string
}

/** Reads `smtp://[user:pass@]host[:587]` or `smtps://…[:465]`. Throws `AppError('misconfigured')`. */
export function readMailServer(text: string): MailServer {
  const url = URL.parse(text)
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || !url.hostname) {
    throw new AppError(
      'misconfigured',
      'SMTP_URL is not a mail server address. Write smtp://user:password@host:587 or smtps://….',
    )
  }
  const secure = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port ? Number(url.port) : secure ? 465 : 587
  const auth = url.username ? { user: decode(url.username), pass: decode(url.password) } : null
  return {
    host,
    port,
    secure,
    requireTls: auth !== null && !secure && !isThisMachine(host),
    auth,
    name: `${host}:${port}`,
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AppError('misconfigured', 'The user or password in SMTP_URL is not percent-encoded correctly.')
  }
}
