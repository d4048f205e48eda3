import { createHmac, timingSafeEqual } from 'node:crypto'
import { base32 } from './base32.ts'
import { fromBase32 } from './from-base32.ts'

/** A row of a portal, by its UUID. */
export interface ClaimedRow {
  readonly portalId: number
  readonly id: string
}

/** portal id (6 bytes) | row id (16) | mark (10). A mark of 80 bits: guessing happens online only, a mail for each guess. */
const PORTAL = 6
const CLAIMS = PORTAL + 16
const TOKEN = CLAIMS + 10

/** 52 characters of a-z and 2-7 for the local part of an address. Throws `RangeError` for a portal id beyond 48 bits. */
export function packClaims(key: Uint8Array, { portalId, id }: ClaimedRow): string {
  const claims = Buffer.alloc(CLAIMS)
  claims.writeUIntBE(portalId, 0, PORTAL)
  claims.write(id.replaceAll('-', ''), PORTAL, 'hex')
  return base32(Buffer.concat([claims, markOf(key, claims)]))
}

/** The row a token names that one of the keys made, in either case of letters; undefined for anything else. */
export function unpackClaims(keys: readonly Uint8Array[], token: string): ClaimedRow | undefined {
  const bytes = fromBase32(token)
  if (bytes?.length !== TOKEN) return undefined
  const claims = bytes.subarray(0, CLAIMS)
  const mark = bytes.subarray(CLAIMS)
  if (!keys.some((key) => timingSafeEqual(mark, markOf(key, claims)))) return undefined
  const id = claims.toString('hex', PORTAL)
  return {
    portalId: claims.readUIntBE(0, PORTAL),
    id: id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  }
}

function markOf(key: Uint8Array, claims: Uint8Array): Buffer {
  return createHmac('sha256', key)
    .update(claims)
    .digest()
    .subarray(0, TOKEN - CLAIMS)
}
