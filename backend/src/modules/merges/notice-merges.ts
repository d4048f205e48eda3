import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { HubSpotContact } from '#hubspot/contacts.ts'
import type { HubSpotDeal } from '#hubspot/deals.ts'
import { mergeContacts } from './merge-contacts.ts'
import { mergeDeals } from './merge-deals.ts'
import { selectUnmerged } from './repository.ts'

/**
 * Takes in what went into the deals and contacts that were read, wherever they are read first: the webhook of a merge may come
 * later, or never. Between keeping the deals and keeping the contacts; what is known already costs nothing.
 */
export async function noticeMerges(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  read: { readonly deals: Iterable<HubSpotDeal>; readonly contacts: Iterable<HubSpotContact> },
): Promise<void> {
  const deals = [...read.deals].filter(({ mergedIds }) => mergedIds.length > 0)
  const contacts = [...read.contacts].filter(({ mergedIds }) => mergedIds.length > 0)
  if (deals.length + contacts.length === 0) return
  const unmerged = await selectUnmerged(trx, portal.portalId, {
    dealIds: deals.flatMap(({ mergedIds }) => mergedIds),
    contactIds: contacts.flatMap(({ mergedIds }) => mergedIds),
  })
  const news = new Set(unmerged.map(({ kind, id }) => `${kind}:${id}`))
  for (const deal of deals.sort((one, other) => (one.dealId < other.dealId ? -1 : 1))) {
    const merged = deal.mergedIds.filter((id) => news.has(`deal:${id}`))
    if (merged.length > 0) await mergeDeals(deps, trx, portal, { into: deal.dealId, merged, deal })
  }
  for (const { contactId, mergedIds } of contacts.sort((one, other) => (one.contactId < other.contactId ? -1 : 1))) {
    const merged = mergedIds.filter((id) => news.has(`contact:${id}`))
    if (merged.length > 0) await mergeContacts(deps, trx, portal, { into: contactId, merged, before: null })
  }
}
