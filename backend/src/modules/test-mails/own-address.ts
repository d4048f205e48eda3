import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { normalizeAddress } from '#mail/address.ts'

/** Who asks, as HubSpot signed it. */
export interface Self {
  readonly userId: string
  readonly address: string
}

/** The person behind a signed request and the address they sign in with. Throws `forbidden` when HubSpot named none. Pure. */
export function ownAddress({ actor }: PortalContext): Self {
  const address = actor.kind === 'user' ? normalizeAddress(actor.email ?? '') : undefined
  if (actor.kind !== 'user' || !address) {
    throw new AppError(
      'forbidden',
      'HubSpot did not say which address you sign in with. Reload the page and try again.',
    )
  }
  return { userId: actor.userId, address }
}
