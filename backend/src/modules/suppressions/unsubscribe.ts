import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { unsubscribeContact } from './unsubscribe-contact.ts'

/**
 * What the recipient asked for with the link of a mail, see `unsubscribeContact`. Says nothing about why a link does not open:
 * false for a forged one and for one whose enrollment is gone.
 */
export async function unsubscribe(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'vault'>,
  input: { token: string; requestId: string },
): Promise<boolean> {
  const claims = await deps.vault.openLink(input.token)
  if (!claims) return false
  const portal: PortalContext = {
    portalId: claims.portalId,
    actor: { kind: 'recipient' },
    requestId: input.requestId,
  }
  return inPortal(deps.db, portal.portalId, (trx) => unsubscribeContact(deps, trx, portal, claims.enrollmentId))
}
