import { createHash, createHmac } from 'node:crypto'

export interface Signable {
  readonly clientSecret: string
  readonly method: string
  /** The full public address, with its query. */
  readonly url: string
  /** The exact bytes of the body; empty for none. */
  readonly body: string
  /** ms since 1970. */
  readonly timestamp: number
}

/** The escapes HubSpot decodes in the address before hashing; all others stay (HubSpot docs, request validation). */
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

/** base64(HMAC-SHA256(secret, method + uri + body + timestamp)) (HubSpot docs, request validation). */
export function signV3(request: Signable): string {
  const uri = request.url.replace(/%[0-9A-F]{2}/gi, (code) => DECODED[code.toUpperCase()] ?? code)
  return createHmac('sha256', request.clientSecret)
    .update(request.method + uri + request.body + request.timestamp)
    .digest('base64')
}

/** hex(SHA256(secret + method + uri + body)). */
export function signV2(request: Signable): string {
  return sha256(request.clientSecret + request.method + request.url + request.body)
}

/** hex(SHA256(secret + body)). */
export function signV1(request: Pick<Signable, 'clientSecret' | 'body'>): string {
  return sha256(request.clientSecret + request.body)
}

/** The headers HubSpot puts on a webhook (`v1` beside v3) or on anything else it sends (`v2` beside v3). */
export function sign(request: Signable, older: 'v1' | 'v2'): Record<string, string> {
  return {
    'x-hubspot-signature': older === 'v1' ? signV1(request) : signV2(request),
    'x-hubspot-signature-version': older,
    'x-hubspot-signature-v3': signV3(request),
    'x-hubspot-request-timestamp': String(request.timestamp),
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
