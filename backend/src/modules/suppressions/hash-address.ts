import { createHash } from 'node:crypto'

/**
 * The key of a suppression: SHA-256 of portal and normalized address. It outlives the erasure of the address itself, so that
 * an erased person is not written to again when HubSpot sends the contact once more.
 */
export function hashAddress(portalId: number, address: string): Buffer {
  return createHash('sha256').update(`${portalId}|${address}`).digest()
}
