import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { readDealContacts } from '#hubspot/associations.ts'
import { type HubSpotContact, readContacts } from '#hubspot/contacts.ts'
import { readDeals } from '#hubspot/deals.ts'
import { findMerged } from '#hubspot/merged-ids.ts'
import { saveContacts } from '#modules/contacts/save-contacts.ts'
import { getSubscriptionId } from '#modules/hubspot-mail/get-subscription-id.ts'
import { noticeMerges } from '#modules/merges/notice-merges.ts'
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
    contactIds.length > 0
      ? await readContacts(deps.hubspot, portalId, contactIds, { subscriptionId })
      : new Map<string, HubSpotContact>()
  const into = findMerged(deals, dealId)
  await inPortal(deps.db, portalId, async (trx) => {
    const asked = [...new Set([dealId, into?.dealId ?? dealId])]
    await saveDeals(trx, portalId, { readAt, asked, deals, contactsOf })
    await noticeMerges(deps, trx, portal, { deals: into ? [into] : [], contacts: contacts.values() })
    await saveContacts(deps, trx, portal, [...contacts.values()], { dealId, readAt })
  })
  return deals.has(dealId)
}
