import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { dropOptOut } from '#modules/hubspot-mail/opt-out-repository.ts'
import { hashAddress } from './hash-address.ts'
import { clearAddress, insertSuppression, type SuppressionReason } from './repository.ts'

export interface NewSuppression {
  /** Normalized (`normalizeAddress`). */
  readonly address: string
  readonly reason: SuppressionReason
}

/** Puts an address on the portal's do-not-mail list. False when it was there already; the first reason stays. */
export async function suppressAddress(
  deps: Pick<Deps, 'clock'>,
  trx: Trx,
  portal: PortalContext,
  input: NewSuppression,
): Promise<boolean> {
  const addressHash = hashAddress(portal.portalId, input.address)
  const added = await insertSuppression(trx, {
    portalId: portal.portalId,
    addressHash,
    address: input.reason === 'erased' ? null : input.address,
    reason: input.reason,
    createdAt: deps.clock(),
  })
  if (input.reason !== 'erased') return added
  if (!added) await clearAddress(trx, portal.portalId, addressHash)
  await dropOptOut(trx, portal.portalId, addressHash)
  return added
}
