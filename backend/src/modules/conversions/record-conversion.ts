import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { HubSpotDeal } from '#hubspot/deals.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { insertConversions } from './repository.ts'

/**
 * Tells that a deal was won after sequences had begun for it, whether or not they still run: once per deal and sequence, on the
 * deal and on each of their contacts. A deal that is reopened and won again is not told again.
 */
export async function recordConversion(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  { dealId, stageId, stageHistory }: Pick<HubSpotDeal, 'dealId' | 'stageId' | 'stageHistory'>,
): Promise<void> {
  const wonAt = stageHistory[0]?.at ?? deps.clock()
  for (const { sequenceName: sequence, contactIds } of await insertConversions(trx, portal.portalId, {
    dealId,
    stageId,
    wonAt,
  })) {
    const told = { kind: 'deal.converted', data: { sequence } } as const
    const timeline = { event: 'conversion', properties: { sequence } } as const
    await recordActivity(deps, trx, portal, { ...told, dealId, timeline })
    for (const contactId of contactIds) {
      const ofContact = { ...timeline, properties: { sequence, dealId } }
      await recordActivity(deps, trx, portal, { ...told, contactId, timeline: ofContact })
    }
  }
}
