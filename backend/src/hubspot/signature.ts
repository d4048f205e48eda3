import { hash, timingSafeEqual } from 'node:crypto'

/** How far a request's timestamp may be from our clock, both ways, in milliseconds (HubSpot docs, request validation). */
const WINDOW_MS = 300_000
const BLOCK = 64
const DIGEST = 32
/** What nearly every request signs: a hundred events are some 30 KB. */
const USUAL_BYTES = 64 * 1024

/**
 * A client secret, made ready for HMAC-SHA256 (RFC 2104): the two padded keys, the inner one with room for what a request signs,
 * the outer one for the inner digest.
 */
export interface SigningKey {
  readonly inner: Buffer
  readonly outer: Buffer
}

/** What a signature covers. `uri` is the public URL with the query as it came over the wire. */
export interface SignedRequest {
  readonly method: string
  readonly uri: string
  readonly body: Buffer
}

export type SignatureVerdict = 'valid' | 'missing' | 'stale' | 'mismatch'

/** Pads a client secret once, so that a request costs two hashes and no key setup. */
export function signingKey(secret: string): SigningKey {
  const bytes = Buffer.from(secret)
  const key = bytes.length > BLOCK ? hash('sha256', bytes, 'buffer') : bytes
  const inner = Buffer.alloc(BLOCK + USUAL_BYTES, 0x36)
  const outer = Buffer.alloc(BLOCK + DIGEST, 0x5c)
  for (const [index, byte] of key.entries()) {
    inner[index] = byte ^ 0x36
    outer[index] = byte ^ 0x5c
  }
  return { inner, outer }
}

/**
 * HubSpot's signature version 3: base64 of HMAC-SHA256 over method + URI + raw body + timestamp, keyed with the client secret
 * (HubSpot docs, request validation). `timestamp` is the header's text.
 */
export function signatureOf(key: SigningKey, request: SignedRequest, timestamp: string): string {
  // A digest as text costs half of what a Buffer of its own does.
  key.outer.write(hash('sha256', covered(key, request, timestamp), 'latin1'), BLOCK, 'latin1')
  return hash('sha256', key.outer, 'base64')
}

/** The inner key and what is signed, written into the key's own room: the body is copied once, the rest makes no objects. */
function covered(key: SigningKey, { method, uri, body }: SignedRequest, timestamp: string): Buffer {
  const head = method + decodeSignedUri(uri)
  // UTF-8 takes at most three bytes for a unit of a string.
  const most = BLOCK + 3 * (head.length + timestamp.length) + body.length
  const room = most <= key.inner.length ? key.inner : Buffer.concat([key.inner], most)
  let end = BLOCK + room.write(head, BLOCK)
  room.set(body, end)
  end += body.length
  end += room.write(timestamp, end)
  return room.subarray(0, end)
}

/** 'missing' or 'stale' from the headers alone, before a body is read; undefined when the signature has to decide. */
export function judgeHeaders(headers: {
  signature: string | undefined
  timestamp: string | undefined
  now: Temporal.Instant
}): 'missing' | 'stale' | undefined {
  if (!headers.signature || !headers.timestamp || !/^[0-9]{1,15}$/.test(headers.timestamp)) return 'missing'
  return Math.abs(headers.now.epochMilliseconds - Number(headers.timestamp)) > WINDOW_MS ? 'stale' : undefined
}

/** What a signature is checked with. */
export interface SignatureCheck extends SignedRequest {
  readonly keys: readonly SigningKey[]
  readonly signature: string | undefined
  readonly timestamp: string | undefined
}

/** Checks a version 3 signature, and no other version: presence of an older one is ignored. */
export function verifySignature(request: SignatureCheck & { readonly now: Temporal.Instant }): SignatureVerdict {
  return judgeHeaders(request) ?? (isSigned(request) ? 'valid' : 'mismatch')
}

/**
 * Whether one of the keys made the signature; the moment is `judgeHeaders`' matter. `keys` holds the new and the old secret
 * during a rotation; every key is computed, so that the time says nothing about which one matched.
 */
export function isSigned(request: SignatureCheck): boolean {
  const { signature, timestamp } = request
  if (!signature || !timestamp) return false
  // As text: decoding base64 is lenient and would let changed padding bits through.
  const given = Buffer.from(signature)
  let signed = false
  for (const key of request.keys) {
    const expected = Buffer.from(signatureOf(key, request, timestamp))
    if (given.length === expected.length && timingSafeEqual(given, expected)) signed = true
  }
  return signed
}

const DECODED: Record<string, string> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
}

/** Decodes the twelve escapes that HubSpot signs decoded, and no others (HubSpot docs, request validation). */
function decodeSignedUri(uri: string): string {
  if (!uri.includes('%')) return uri
  return uri.replace(/%[0-9a-f]{2}/gi, (escaped) => DECODED[escaped.toUpperCase()] ?? escaped)
}
