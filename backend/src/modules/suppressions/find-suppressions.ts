import type { Trx } from '#db/database.ts'
import { hashAddress } from './hash-address.ts'
import { type SuppressionReason, selectSuppressions } from './repository.ts'

/** Which of these normalized addresses are on the portal's do-not-mail list, and why. One query for all. */
export async function findSuppressions(
  trx: Trx,
  portalId: number,
  addresses: readonly string[],
): Promise<Map<string, SuppressionReason>> {
  const byHash = new Map(addresses.map((address) => [hashAddress(portalId, address).toString('hex'), address]))
  if (byHash.size === 0) return new Map()
  const hashes = [...byHash.keys()].map((hex) => Buffer.from(hex, 'hex'))
  const found = await selectSuppressions(trx, portalId, hashes)
  return new Map(found.map((row) => [byHash.get(row.addressHash.toString('hex')) ?? '', row.reason]))
}
