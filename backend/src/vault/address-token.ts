import type { LinkClaims } from '#core/vault.ts'
import { packClaims, unpackClaims } from './claims-token.ts'

/** A token for the local part of an address; see `Vault.signAddress`. The key is for nothing else, so the purpose needs no byte. */
export function signAddress(key: Uint8Array, { portalId, enrollmentId }: LinkClaims): string {
  return packClaims(key, { portalId, id: enrollmentId })
}

/** The claims of a token that one of the keys made, in either case of letters; undefined for anything else. */
export function openAddress(keys: readonly Uint8Array[], token: string): LinkClaims | undefined {
  const row = unpackClaims(keys, token)
  return row && { purpose: 'unsubscribe', portalId: row.portalId, enrollmentId: row.id }
}
