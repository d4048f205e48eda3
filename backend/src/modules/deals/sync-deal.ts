import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { readDealContacts } from '#hubspot/associations.ts'
import { readContacts } from '#hubspot/contacts.ts'
import { readDeals } from '#hubspot/deals.ts'
import { saveContacts } from '#modules/contacts/save-contacts.ts'
import { getSubscriptionId } from '#modules/hubspot-mail/get-subscription-id.ts'
import { saveDeals } from './save-deals.ts'

/** Reads one deal and its contacts from HubSpot and keeps them. Enrolls nobody. Returns false when the deal does not exist. */
export async function syncDeal(deps: Deps, portal: PortalContext, dealId: string): Promise<boolean> {
  const { portalId } = portal
  const readAt = deps.clock()
  const [deals, contactsOf] = await Promise.all([
    readDeals(deps.hubspot, portalId, [dealId], { history: true }),
    readDealContacts(deps.hubspot, portalId, [dealId]),
  ])
  const contactIds = contactsOf.get(dealId) ?? []
  const subscriptionId = await getSubscriptionId(deps, portalId)
  const contacts =
    contactIds.length > 0 ? await readContacts(deps.hubspot, portalId, contactIds, { subscriptionId }) : new Map()
  await inPortal(deps.db, portalId, async (trx) => {
    await saveDeals(trx, portalId, { readAt, asked: [dealId], deals, contactsOf })
    await saveContacts(deps, trx, portal, [...contacts.values()], { dealId, readAt })
  })
  return deals.has(dealId)
}
