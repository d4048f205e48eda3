import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { endEnrollment } from '#modules/enrollments/end-enrollment.ts'
import { findLinkedContact, lockRunningEnrollments } from './repository.ts'
import { suppressAddress } from './suppress-address.ts'

/**
 * What the recipient asked for with the link of a mail: the address the mail went to, and the contact's present one, get no
 * more mail of this portal, and every running enrollment of the contact ends. Says nothing about why a link does not open:
 * false for a forged one and for one whose enrollment is gone. Twice is the same as once.
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
  return inPortal(deps.db, portal.portalId, async (trx) => {
    const contact = await findLinkedContact(trx, portal.portalId, claims.enrollmentId)
    if (!contact) return false
    const running = await lockRunningEnrollments(trx, portal.portalId, contact.contactId)
    let suppressed = false
    for (const address of contact.addresses.sort()) {
      const added = await suppressAddress(deps, trx, portal, { address, reason: 'unsubscribed' })
      suppressed ||= added
    }
    for (const enrollmentId of running) {
      await endEnrollment(deps, trx, portal, enrollmentId, { status: 'stopped', reason: 'unsubscribed' })
    }
    if (suppressed || running.length > 0) {
      await recordActivity(deps, trx, portal, {
        kind: 'contact.unsubscribed',
        dealId: contact.dealId,
        contactId: contact.hubspotContactId,
        enrollmentId: claims.enrollmentId,
      })
    }
    return true
  })
}
