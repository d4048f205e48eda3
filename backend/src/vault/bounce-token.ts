import type { BounceClaims } from '#core/vault.ts'
import { packClaims, unpackClaims } from './claims-token.ts'

/** A token for the local part of a bounce address; see `Vault.signBounce`. The key is for nothing else. */
export function signBounce(key: Uint8Array, { portalId, stepRunId }: BounceClaims): string {
  return packClaims(key, { portalId, id: stepRunId })
}

/** The claims of a token that one of the keys made, in either case of letters; undefined for anything else. */
export function openBounce(keys: readonly Uint8Array[], token: string): BounceClaims | undefined {
  const row = unpackClaims(keys, token)
  return row && { portalId: row.portalId, stepRunId: row.id }
}
