import { AppError } from '#core/errors.ts'
import { type DkimKey, readDkimKey } from '#mail/read-dkim-key.ts'
import { type ImapAccount, readImapUrl } from '#mail/read-imap-url.ts'

/** Every setting, validated. The only file that reads the environment. */
export interface Config {
  readonly host: string
  readonly port: number
  /** Public origin without a trailing slash: what signatures and links are computed with, never the Host header. */
  readonly publicUrl: string
  readonly hubspot: {
    readonly clientId: string
    /** The first signs our token requests, all verify: `new,old` while the secret is rotated. */
    readonly clientSecrets: readonly [string, ...string[]]
    readonly appId: string
    readonly apiUrl: string
    readonly authorizeUrl: string
  }
  /** Undefined: the embedded Postgres in `dataDir`. */
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  /** The first seals, all open. */
  readonly tokenKeys: readonly { readonly kid: string; readonly key: Uint8Array<ArrayBuffer> }[]
  readonly smtpUrl: string
  readonly mailDomain: string
  /** At most one per domain; empty: the mail server signs, or nobody does. */
  readonly dkimKeys: readonly DkimKey[]
  /** The mailbox that bounces, answers and unsubscribe mails come to; undefined: none is read. */
  readonly imap: ImapAccount | undefined
  /** What a mail provider proves itself with at `/inbound/mime`; undefined: there is no such route. */
  readonly inboundSecret: string | undefined
  readonly role: 'all' | 'web' | 'worker'
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace'
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * Reads and checks all settings at once. Throws one `AppError('misconfigured')` that lists every missing or invalid
 * variable by name with what it should be; values of secrets are never repeated.
 */
export function readConfig(env: Env): Config {
  const faults: string[] = []
  const read = reader(env, faults)
  const publicUrl = read.origin(
    'PUBLIC_URL',
    'the public https origin HubSpot and recipients reach, e.g. https://stagecue.example.com',
  )
  const config: Config = {
    host: read.text('HOST', '', '127.0.0.1'),
    port: read.port('PORT', 3000),
    publicUrl,
    hubspot: {
      clientId: read.text('HUBSPOT_CLIENT_ID', 'the client id on the Auth tab of the HubSpot app'),
      clientSecrets: read.secrets('HUBSPOT_CLIENT_SECRET', 'the client secret on the Auth tab of the HubSpot app'),
      appId: read.matching('HUBSPOT_APP_ID', /^[1-9][0-9]*$/, 'the numeric id of the HubSpot app'),
      apiUrl: read.origin('HUBSPOT_API_URL', 'an origin', 'https://api.hubapi.com'),
      authorizeUrl: read.origin('HUBSPOT_AUTHORIZE_URL', 'an origin', 'https://app.hubspot.com'),
    },
    ...databaseSettings(read),
    tokenKeys: read.keys('TOKEN_KEYS'),
    smtpUrl:
      read.url('SMTP_URL', ['smtp:', 'smtps:'], 'an SMTP URL, e.g. smtps://user:password@smtp.example.com:465', true) ??
      '',
    mailDomain: read.matching(
      'MAIL_DOMAIN',
      // The longest address in front of it has 65 characters with its @, and an address 254 at most.
      /^(?=.{1,189}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
      'the domain mails come from, e.g. mail.example.com',
    ),
    dkimKeys: read.dkimKeys('DKIM_KEYS'),
    imap: read.imap('IMAP_URL'),
    inboundSecret: read.secret('INBOUND_SECRET'),
    role: read.oneOf('ROLE', ['all', 'web', 'worker'], 'all'),
    logLevel: read.oneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace'], 'info'),
  }
  if (faults.length > 0) {
    throw new AppError(
      'misconfigured',
      `Stagecue cannot start. Set these environment variables (see .env.example):\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    )
  }
  return Object.freeze(config)
}

/** Only what a tool needs that reads the database. Throws like `readConfig`. */
export function readDatabaseSettings(env: Env): Pick<Config, 'databaseUrl' | 'dataDir'> {
  const faults: string[] = []
  const settings = databaseSettings(reader(env, faults))
  if (faults.length > 0) throw new AppError('misconfigured', faults.join('\n'))
  return settings
}

function databaseSettings(read: ReturnType<typeof reader>): Pick<Config, 'databaseUrl' | 'dataDir'> {
  return {
    databaseUrl: read.url(
      'DATABASE_URL',
      ['postgres:', 'postgresql:'],
      'a Postgres URL, e.g. postgres://user:password@host:5432/stagecue',
    ),
    dataDir: read.text('DATA_DIR', '', '.data'),
  }
}

function reader(env: Env, faults: string[]) {
  const fault = (name: string, should: string) =>
    faults.push(`${name} ${env[name] ? 'is invalid: it should be' : 'is missing:'} ${should}`)
  const read = {
    text(name: string, should: string, fallback?: string): string {
      const value = env[name]?.trim() || fallback
      if (!value) fault(name, should)
      return value ?? ''
    },
    matching(name: string, pattern: RegExp, should: string): string {
      const value = env[name]?.trim() ?? ''
      if (!pattern.test(value)) fault(name, should)
      return value
    },
    port(name: string, fallback: number): number {
      const value = env[name] ? Number(env[name]) : fallback
      if (!Number.isInteger(value) || value < 0 || value > 65_535) fault(name, 'a port number, 0 to 65535')
      return value
    },
    oneOf<T extends string>(name: string, values: readonly T[], fallback: T): T {
      const value = env[name]?.trim() || fallback
      const known = values.find((candidate) => candidate === value)
      if (!known) fault(name, `one of ${values.join(', ')}`)
      return known ?? fallback
    },
    /** An origin: https, or http on this machine for tests. */
    origin(name: string, should: string, fallback?: string): string {
      const value = env[name]?.trim() || fallback
      const url = value && URL.canParse(value) ? new URL(value) : undefined
      const local = url && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
      const ok =
        url &&
        (url.protocol === 'https:' || (url.protocol === 'http:' && local)) &&
        url.pathname === '/' &&
        !url.username &&
        !url.password &&
        !url.search &&
        !url.hash
      if (!ok) fault(name, `${should} (https; no path)`)
      return url?.origin ?? ''
    },
    url(name: string, protocols: readonly string[], should: string, required = false): string | undefined {
      const value = env[name]?.trim()
      if (!value && !required) return undefined
      if (!value || !URL.canParse(value) || !protocols.includes(new URL(value).protocol)) fault(name, should)
      return value
    },
    secrets(name: string, should: string): [string, ...string[]] {
      const [first, ...rest] = (env[name] ?? '')
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean)
      if (!first) fault(name, `${should}; two separated by a comma while it is rotated`)
      return [first ?? '', ...rest]
    },
    /** One that nobody can guess, or none at all. */
    secret(name: string): string | undefined {
      const value = env[name]?.trim() || undefined
      if (value !== undefined && !/^[\x21-\x7e]{32,}$/.test(value)) {
        fault(name, 'at least 32 random characters; make them with: openssl rand -base64 32')
      }
      return value
    },
    imap(name: string): ImapAccount | undefined {
      const value = env[name]?.trim()
      if (!value) return undefined
      try {
        return readImapUrl(value)
      } catch {
        fault(name, 'a mailbox, e.g. imaps://user:password@imap.example.com:993/INBOX, percent-encoded')
        return undefined
      }
    },
    keys(name: string) {
      const should =
        "kid:key pairs separated by commas, each key 32 bytes in base64url; make one with: node -e \"console.log('k1:' + crypto.randomBytes(32).toString('base64url'))\""
      const keys = (env[name] ?? '').split(',').filter(Boolean).map(parseKey)
      const kids = new Set(keys.map((key) => key?.kid))
      const valid = keys.flatMap((key) => (key ? [key] : []))
      if (valid.length === 0 || valid.length !== keys.length || kids.size !== keys.length) fault(name, should)
      return valid
    },
    dkimKeys(name: string): DkimKey[] {
      const keys = (env[name]?.trim() ?? '').split(',').filter(Boolean).map(readDkimKey)
      const valid = keys.flatMap((key) => (key ? [key] : []))
      const domains = new Set(valid.map((key) => key.domain))
      if (valid.length !== keys.length || domains.size !== keys.length) {
        fault(name, 'domain:selector:key, an RSA key of 2048 to 4096 bits as PKCS #8 DER in base64url, one per domain')
      }
      return valid
    },
  }
  return read
}

function parseKey(text: string): { kid: string; key: Uint8Array<ArrayBuffer> } | undefined {
  const match = /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9_-]{43})\s*$/.exec(text)
  if (!match?.[1] || !match[2]) return undefined
  const key = Uint8Array.fromBase64(match[2], { alphabet: 'base64url' })
  return key.length === 32 ? { kid: match[1], key } : undefined
}
