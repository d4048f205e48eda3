import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { signatureOf, signingKey, verifySignature } from '#hubspot/signature.ts'

interface Vectors {
  clientSecret: string
  v1: { body: string; signature: string }[]
  v3: { desc: string; method: string; wireUri: string; body: string; timestamp: number; signature: string }[]
}
const corpus = new URL('../../corpora/hubspot-signature/vectors.json', import.meta.url)
const vectors: Vectors = JSON.parse(readFileSync(corpus, 'utf8'))

const SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'
const SENT = 1_693_657_560_000
const at = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms)

/** HubSpot's published example of version 3. */
const published = {
  method: 'POST',
  uri: 'https://www.example.com/webhook_uri',
  body: Buffer.from("{'example_field':'example_value'}"),
  signature: 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
  timestamp: String(SENT),
  keys: [signingKey(SECRET)],
  now: at(SENT),
}

test("HubSpot's published example of version 3 is valid", () => {
  expect(verifySignature(published)).toBe('valid')
})

test.each(vectors.v3)('$desc: the signature over the decoded URL matches the URL on the wire', (vector) => {
  const request = {
    ...published,
    method: vector.method,
    uri: vector.wireUri,
    body: Buffer.from(vector.body),
    signature: vector.signature,
    timestamp: String(vector.timestamp),
    now: at(vector.timestamp),
  }
  expect(verifySignature(request)).toBe('valid')
  expect(verifySignature({ ...request, uri: vector.wireUri.replace(/%[0-9A-F]{2}/g, (e) => e.toLowerCase()) })).toBe(
    // Escapes that stay encoded are signed as written; only the twelve may change their case.
    vector.wireUri.includes('caf') ? 'mismatch' : 'valid',
  )
})

test('the twelve escapes are decoded and no others, also in the query vector of our own', () => {
  const request = {
    ...published,
    uri: 'https://example.com/api/hubspot/webhooks?src=hs%3Aapp%2Fv3&x=%28a%29',
    body: Buffer.from('[]'),
    timestamp: '1790000004000',
    now: at(1_790_000_004_000),
    keys: [signingKey('autopilot-test-client-secret-0001')],
  }
  expect(verifySignature({ ...request, signature: 'G8ddQlikFQ0ScZOZn+MHQ0E3WCV7vOJTzKlvrkvbvuk=' })).toBe('valid')
  expect(verifySignature({ ...request, signature: 'KKwrtu49d26FrUsDQdYcfAcwFssKn+cmyppOAUwOO/Q=' })).toBe('mismatch')
})

test.each([0, 1, 63, 64, 65, 200])('a secret of %i bytes gives the HMAC that node:crypto gives', (length) => {
  const secret = 'ü§k'.repeat(100).slice(0, length)
  const body = Buffer.from('{"a":"é"}')
  const expected = createHmac('sha256', secret)
    .update('POSThttps://a.example/x')
    .update(body)
    .update('17')
    .digest('base64')
  expect(signatureOf(signingKey(secret), { method: 'POST', uri: 'https://a.example/x', body }, '17')).toBe(expected)
})

test('one key signs requests of every size, short after long, with ends that need several bytes a letter', () => {
  const key = signingKey('s')
  const uri = `https://a.example/${'\u{1F4A9}é'.repeat(20)}`
  for (const size of [200, 0, 65_000, 65_400, 65_536, 70_000, 1_048_576, 3, 65_535]) {
    const body = Buffer.alloc(size, 'é')
    const expected = createHmac('sha256', 's')
      .update(`POST${uri}`)
      .update(body)
      .update('1790000000000')
      .digest('base64')
    expect(signatureOf(key, { method: 'POST', uri, body }, '1790000000000'), String(size)).toBe(expected)
  }
})

describe('a changed request', () => {
  const flips = (text: string) =>
    Array.from({ length: text.length * 7 }, (_, bit) => {
      const bytes = Buffer.from(text)
      const index = Math.floor(bit / 7)
      bytes[index] = (bytes[index] ?? 0) ^ (1 << (bit % 7))
      return bytes.toString('latin1')
    })

  test('does not match when any bit of the signature differs', () => {
    for (const signature of flips(published.signature)) {
      expect(verifySignature({ ...published, signature })).toBe('mismatch')
    }
  })
  test('does not match when any bit of the body differs', () => {
    for (const body of flips(published.body.toString())) {
      expect(verifySignature({ ...published, body: Buffer.from(body, 'latin1') })).toBe('mismatch')
    }
  })
  test('does not match when any bit of the URL differs', () => {
    for (const uri of flips(published.uri)) expect(verifySignature({ ...published, uri })).toBe('mismatch')
  })
  test('is refused when any bit of the timestamp differs', () => {
    for (const timestamp of flips(published.timestamp)) {
      expect(verifySignature({ ...published, timestamp })).not.toBe('valid')
    }
  })
  test.each(['GET', 'PUT', 'post', ''])('does not match with method %j', (method) => {
    expect(verifySignature({ ...published, method })).toBe('mismatch')
  })
  test.each(['', `${published.signature}=`, published.signature.slice(0, -1), 'K36daweié', ' '])(
    'is refused with the signature %j',
    (signature) => expect(verifySignature({ ...published, signature })).not.toBe('valid'),
  )
})

test.each([
  [-300_000, 'valid'],
  [-300_001, 'stale'],
  [300_000, 'valid'],
  [300_001, 'stale'],
  [0, 'valid'],
])('a clock %i ms from the timestamp makes it %s', (difference, verdict) => {
  expect(verifySignature({ ...published, now: at(SENT + difference) })).toBe(verdict)
})

test.each([
  undefined,
  '',
  'NaN',
  '1e12',
  '-1',
  ' 1693657560000',
  '1693657560000, 1693657560000',
  '9'.repeat(16),
  '0x18A',
])('a timestamp of %j is as good as none', (timestamp) =>
  expect(verifySignature({ ...published, timestamp })).toBe('missing'),
)

test('the old secret stays valid beside the new one, in any order, and not after it was removed', () => {
  const keys = (...secrets: string[]) => secrets.map(signingKey)
  expect(verifySignature({ ...published, keys: keys('new', SECRET) })).toBe('valid')
  expect(verifySignature({ ...published, keys: keys(SECRET, 'new') })).toBe('valid')
  expect(verifySignature({ ...published, keys: keys('new') })).toBe('mismatch')
  expect(verifySignature({ ...published, keys: [] })).toBe('mismatch')
})

test("version 1's signature does not pass as version 3", () => {
  for (const { body, signature } of vectors.v1) {
    expect(verifySignature({ ...published, body: Buffer.from(body), signature })).toBe('mismatch')
  }
})
