import { createHmac, timingSafeEqual } from 'node:crypto'
import { base32 } from './base32.ts'
import { fromBase32 } from './from-base32.ts'

/** A row of a portal, by its UUID. */
export interface ClaimedRow {
  readonly portalId: number
  readonly id: string
}

/** portal id (6 bytes) | row id (16) | what else is claimed (0 or 1) | mark (10). A mark of 80 bits: guessing happens online only. */
const PORTAL = 6
const ROW = PORTAL + 16
const MARK = 10
const NOTHING = Buffer.alloc(0)

/**
 * 52 characters of a-z and 2-7 for the local part of an address, 53 with one more byte to claim. Throws `RangeError` for a portal
 * id beyond 48 bits.
 */
export function packClaims(key: Uint8Array, { portalId, id }: ClaimedRow, more: Uint8Array = NOTHING): string {
  const row = Buffer.alloc(ROW)
  row.writeUIntBE(portalId, 0, PORTAL)
  row.write(id.replaceAll('-', ''), PORTAL, 'hex')
  const claims = Buffer.concat([row, more])
  return base32(Buffer.concat([claims, markOf(key, claims)]))
}

/**
 * The row a token names that one of the keys made, in either case of letters, with so many bytes that it claims besides; undefined
 * for anything else.
 */
export function unpackClaims(
  keys: readonly Uint8Array[],
  token: string,
  moreBytes = 0,
): (ClaimedRow & { readonly more: Uint8Array }) | undefined {
  const bytes = fromBase32(token)
  if (bytes?.length !== ROW + moreBytes + MARK) return undefined
  const claims = bytes.subarray(0, -MARK)
  const mark = bytes.subarray(-MARK)
  if (!keys.some((key) => timingSafeEqual(mark, markOf(key, claims)))) return undefined
  const id = claims.toString('hex', PORTAL, ROW)
  return {
    portalId: claims.readUIntBE(0, PORTAL),
    id: id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    more: claims.subarray(ROW),
  }
}

function markOf(key: Uint8Array, claims: Uint8Array): Buffer {
  return createHmac('sha256', key).update(claims).digest().subarray(0, MARK)
}
