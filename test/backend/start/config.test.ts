import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Config, readConfig, readDatabaseSettings } from '#config'
import { isAppError } from '#core/errors.ts'

const KEY = Buffer.alloc(32, 7).toString('base64url')
const OTHER_KEY = Buffer.alloc(32, 8).toString('base64url')
const DKIM_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'der' })
  .toString('base64url')
const complete = {
  PUBLIC_URL: 'https://stagecue.example.com',
  HUBSPOT_CLIENT_ID: 'client-id',
  HUBSPOT_CLIENT_SECRET: 'client-secret',
  HUBSPOT_APP_ID: '7700421',
  TOKEN_KEYS: `k1:${KEY}`,
  SMTP_URL: 'smtps://user:smtp-password@smtp.example.com:465',
  MAIL_DOMAIN: 'mail.example.com',
}
const REQUIRED = Object.keys(complete)
type Env = Record<string, string | undefined>

const configOf = (change: Env = {}): Config => readConfig({ ...complete, ...change })

/** The lines of the refusal, one per variable. */
function refusal(env: Env): string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (isAppError(error, 'misconfigured')) return error.message.split('\n  ').slice(1)
    throw error
  }
  return []
}

test('all that is missing is said at once, by name and with what it should be', () => {
  const lines = refusal({})
  expect(lines.map((line) => line.split(' ')[0])).toEqual(REQUIRED)
  for (const line of lines) expect(line).toMatch(/^[A-Z_]+ is missing: .{10}/)
})

test('what is required is enough, and everything else has a default', () => {
  expect(configOf()).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    databaseUrl: undefined,
    dataDir: '.data',
    role: 'all',
    logLevel: 'info',
    dkimKeys: [],
    imap: undefined,
    inboundSecret: undefined,
    hubspot: { apiUrl: 'https://api.hubapi.com', authorizeUrl: 'https://app.hubspot.com', appId: '7700421' },
  })
  expect(Object.isFrozen(configOf())).toBe(true)
})

test('a variable that is set to nothing counts as missing, or as its default', () => {
  for (const name of REQUIRED) {
    for (const nothing of ['', '   '])
      expect(refusal({ ...complete, [name]: nothing })).toMatchObject([expect.stringContaining(name)])
  }
  const blank = {
    HOST: '',
    PORT: '',
    HUBSPOT_API_URL: ' ',
    DATABASE_URL: '',
    DATA_DIR: ' ',
    DKIM_KEYS: ' ',
    IMAP_URL: ' ',
    INBOUND_SECRET: ' ',
    ROLE: '',
    LOG_LEVEL: ' ',
  }
  expect(configOf(blank)).toEqual(configOf())
})

test.each([
  [
    'PUBLIC_URL',
    [
      'stagecue.example.com',
      'http://stagecue.example.com',
      'https://a.example/path',
      'https://a.example?x',
      'ftp://a.example',
      'https://a.example/#x',
      'https://user:pw@a.example',
    ],
  ],
  ['PORT', ['x', '-1', '65536', '1.5', '3000x']],
  ['HUBSPOT_APP_ID', ['x', '0', '-1', '1.5', '12a']],
  ['HUBSPOT_API_URL', ['http://api.hubapi.com', 'nonsense']],
  ['HUBSPOT_AUTHORIZE_URL', ['http://app.hubspot.com', 'https://app.hubspot.com/oauth']],
  ['HUBSPOT_CLIENT_SECRET', [',', ' , ']],
  ['DATABASE_URL', ['mysql://host/db', 'nonsense', 'https://db.example']],
  [
    'TOKEN_KEYS',
    [
      'x',
      `k1:${KEY.slice(1)}`,
      `k1:${KEY}x`,
      KEY,
      `:${KEY}`,
      `k 1:${KEY}`,
      `k1:${KEY},k1:${OTHER_KEY}`,
      `k1:${KEY},broken`,
      `k1:${KEY.replace(/./g, '+')}`,
    ],
  ],
  ['SMTP_URL', ['smtp.example.com:25', 'http://smtp.example.com', 'nonsense']],
  [
    'MAIL_DOMAIN',
    [
      'mail',
      'mail.example.com.',
      'ada@example.com',
      'https://mail.example.com',
      '-a.example',
      'a..example',
      'Mail Example.com',
      `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example`,
    ],
  ],
  [
    'DKIM_KEYS',
    [
      'x',
      DKIM_KEY,
      `mail.example.com:${DKIM_KEY}`,
      `mail.example.com:s1:${DKIM_KEY.slice(8)}`,
      `mail.example.com:s1:${DKIM_KEY},broken`,
      `mail.example.com:s1:${DKIM_KEY},mail.example.com:s2:${DKIM_KEY}`,
    ],
  ],
  ['IMAP_URL', ['imap.example.com', 'imaps://imap.example.com', 'pop3://u:p@h', 'imaps://u:%zz@h']],
  ['INBOUND_SECRET', ['short', 'with blanks '.repeat(4), 'ü'.repeat(40)]],
  ['ROLE', ['everything', 'ALL']],
  ['LOG_LEVEL', ['loud', 'INFO']],
])('%s refuses what it cannot use', (name, values) => {
  for (const value of values) {
    expect([value, refusal({ ...complete, [name]: value })]).toEqual([
      value,
      [expect.stringMatching(new RegExp(`^${name} is (invalid|missing)`))],
    ])
  }
})

test('a secret is never repeated, even when it is wrong', () => {
  const wrong = {
    HUBSPOT_CLIENT_SECRET: ',',
    TOKEN_KEYS: 'k1:canary-key',
    DKIM_KEYS: 'mail.example.com:s1:canary-key',
    SMTP_URL: 'http://user:canary-password@smtp.example.com',
    DATABASE_URL: 'mysql://user:canary-password@host/db',
    IMAP_URL: 'pop3://user:canary-password@host',
    INBOUND_SECRET: 'canary-secret',
    PUBLIC_URL: 'http://user:canary-password@example.com',
  }
  const text = refusal({ ...complete, ...wrong }).join('\n')
  expect(text.match(/^\w+/gm)).toHaveLength(8)
  expect(text).not.toContain('canary')
})

test('each sending domain has its own DKIM key', () => {
  const keys = `mail.example.com:s1:${DKIM_KEY}, b.example:s2:${DKIM_KEY},`
  expect(configOf({ DKIM_KEYS: keys }).dkimKeys).toMatchObject([
    { domain: 'mail.example.com', selector: 's1' },
    { domain: 'b.example', selector: 's2' },
  ])
})

test('a mailbox and a secret for mail providers are read as they are', () => {
  const secret = 's'.repeat(32)
  const config = configOf({ IMAP_URL: 'imaps://u:p@imap.example.com', INBOUND_SECRET: ` ${secret} ` })
  expect(config).toMatchObject({ imap: { name: 'imap.example.com:993/INBOX', pass: 'p' }, inboundSecret: secret })
})

test('http is for this machine alone', () => {
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    expect(configOf({ PUBLIC_URL: `http://${host}:3000` }).publicUrl).toBe(`http://${host}:3000`)
  }
  expect(configOf({ PUBLIC_URL: 'https://Stagecue.example.com/' }).publicUrl).toBe('https://stagecue.example.com')
})

describe('while something is rotated', () => {
  test('the first client secret is the new one', () => {
    expect(configOf({ HUBSPOT_CLIENT_SECRET: ' new , old ' }).hubspot.clientSecrets).toEqual(['new', 'old'])
    expect(configOf().hubspot.clientSecrets).toEqual(['client-secret'])
  })

  test('the first token key seals', () => {
    const { tokenKeys } = configOf({ TOKEN_KEYS: ` k2:${OTHER_KEY} , k1:${KEY},` })
    expect(tokenKeys.map(({ kid, key }) => [kid, key.length, key[0]])).toEqual([
      ['k2', 32, 8],
      ['k1', 32, 7],
    ])
  })
})

test('a tool that reads the database needs nothing else', () => {
  expect(readDatabaseSettings({})).toEqual({ databaseUrl: undefined, dataDir: '.data' })
  expect(() => readDatabaseSettings({ DATABASE_URL: 'nonsense' })).toThrow(/DATABASE_URL is invalid/)
})

test('.env.example names every variable, with a comment, and no other', () => {
  const source = readFileSync(new URL('../../../backend/src/config.ts', import.meta.url), 'utf8')
  const known = [...source.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)'/g)].map((match) => match[1])
  const lines = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8').split('\n')
  const named = lines.flatMap((line) => /^(?:# )?([A-Z][A-Z0-9_]*)=/.exec(line)?.[1] ?? [])
  expect(named.toSorted()).toEqual([...new Set(known)].toSorted())
  const assigned = lines.flatMap((line) => /^([A-Z][A-Z0-9_]*)=/.exec(line)?.[1] ?? [])
  expect(assigned.toSorted()).toEqual(REQUIRED.toSorted())
  // A block of settings starts with what it is about.
  for (const block of lines.join('\n').split(/\n\n+/)) expect(block).toMatch(/^# /)
})
