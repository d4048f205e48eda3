import type { TrackClaims } from '#core/vault.ts'
import { packClaims, unpackClaims } from './claims-token.ts'

/** A token for a link or the picture of a mail; see `Vault.signTrack`. The key is for nothing else. */
export function signTrack(key: Uint8Array, { portalId, stepRunId, link }: TrackClaims): string {
  if (!Number.isInteger(link) || link < 0 || link > 255) throw new RangeError(`no place of a link: ${link}`)
  return packClaims(key, { portalId, id: stepRunId }, Uint8Array.of(link))
}

/** The claims of a token that one of the keys made, in either case of letters; undefined for anything else. */
export function openTrack(keys: readonly Uint8Array[], token: string): TrackClaims | undefined {
  const row = unpackClaims(keys, token, 1)
  return row && { portalId: row.portalId, stepRunId: row.id, link: row.more[0] ?? 0 }
}
