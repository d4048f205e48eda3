import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { endEnrollments } from '#modules/enrollments/end-enrollments.ts'
import { queueOptOut } from '#modules/hubspot-mail/queue-opt-out.ts'
import { findLinkedContact, lockRunningEnrollments } from './repository.ts'
import { suppressAddress } from './suppress-address.ts'

/**
 * The contact of an enrollment gets no more mail of this portal: neither the address the mail went to nor the present one, and
 * every running enrollment of the contact ends; HubSpot is told where the portal wants that. False when the enrollment is gone. Twice is the same as once.
 */
export async function unsubscribeContact(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollmentId: string,
): Promise<boolean> {
  const contact = await findLinkedContact(trx, portal.portalId, enrollmentId)
  if (!contact) return false
  const running = await lockRunningEnrollments(trx, portal.portalId, contact.contactId)
  let suppressed = false
  for (const address of contact.addresses.sort()) {
    const added = await suppressAddress(deps, trx, portal, { address, reason: 'unsubscribed' })
    suppressed ||= added
    await queueOptOut(deps, trx, portal, address)
  }
  await endEnrollments(deps, trx, portal, running, { status: 'stopped', reason: 'unsubscribed' })
  if (suppressed || running.length > 0) {
    await recordActivity(deps, trx, portal, {
      kind: 'contact.unsubscribed',
      dealId: contact.dealId,
      contactId: contact.hubspotContactId,
      enrollmentId,
      data: { sequence: contact.sequenceName },
      timeline: { event: 'unsubscribed', properties: { sequence: contact.sequenceName } },
    })
  }
  return true
}
