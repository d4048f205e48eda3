import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { applyReply } from './apply-reply.ts'
import { findMailedEnrollment } from './repository.ts'

/**
 * A reply that HubSpot knows of, because it came to a mailbox that HubSpot reads: told and applied like one that came to us.
 */
export async function applyKnownReply(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  enrollmentId: string,
): Promise<void> {
  const enrollment = await findMailedEnrollment(trx, portal.portalId, enrollmentId, null)
  if (!enrollment) return
  const { sequenceName: sequence, dealId, hubspotContactId } = enrollment
  await recordActivity(deps, trx, portal, {
    kind: 'contact.replied',
    dealId,
    contactId: hubspotContactId,
    enrollmentId,
    data: { sequence },
    timeline: { event: 'replied', properties: { sequence } },
  })
  await applyReply(deps, trx, portal, enrollment)
}
