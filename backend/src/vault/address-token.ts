import { createHmac, timingSafeEqual } from 'node:crypto'
import type { LinkClaims } from '#core/vault.ts'
import { base32 } from './base32.ts'
import { fromBase32 } from './from-base32.ts'

/**
 * portal id (6 bytes) | enrollment id (16) | mark (10). A mark of 80 bits: guessing happens online only, a mail for each guess.
 */
const PORTAL = 6
const CLAIMS = PORTAL + 16
const TOKEN = CLAIMS + 10

/** A token for the local part of an address; see `Vault.signAddress`. The key is for nothing else, so the purpose needs no byte. */
export function signAddress(key: Uint8Array, { portalId, enrollmentId }: LinkClaims): string {
  const claims = Buffer.alloc(CLAIMS)
  claims.writeUIntBE(portalId, 0, PORTAL)
  claims.write(enrollmentId.replaceAll('-', ''), PORTAL, 'hex')
  return base32(Buffer.concat([claims, markOf(key, claims)]))
}

/** The claims of a token that one of the keys made, in either case of letters; undefined for anything else. */
export function openAddress(keys: readonly Uint8Array[], token: string): LinkClaims | undefined {
  const bytes = fromBase32(token)
  if (bytes?.length !== TOKEN) return undefined
  const claims = bytes.subarray(0, CLAIMS)
  const mark = bytes.subarray(CLAIMS)
  if (!keys.some((key) => timingSafeEqual(mark, markOf(key, claims)))) return undefined
  const id = claims.toString('hex', PORTAL)
  return {
    purpose: 'unsubscribe',
    portalId: claims.readUIntBE(0, PORTAL),
    enrollmentId: id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  }
}

function markOf(key: Uint8Array, claims: Uint8Array): Buffer {
  return createHmac('sha256', key)
    .update(claims)
    .digest()
    .subarray(0, TOKEN - CLAIMS)
}
