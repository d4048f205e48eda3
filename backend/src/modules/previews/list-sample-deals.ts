import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { readDealContacts } from '#hubspot/associations.ts'
import { readContacts } from '#hubspot/contacts.ts'
import { readDeals } from '#hubspot/deals.ts'
import type { SampleDeals, SampleDealsQuery } from '#shared/contract/preflight.ts'
import { nameOf } from './name-of.ts'
import { type SampleDealRecord, selectSampleDeals } from './repository.ts'

const DEAL_NUMBER = /^[1-9][0-9]{0,18}$/
const CONTACTS = 20

/**
 * Deals to look at a mail with: by a part of the name among those Stagecue knows, or by the deal's number, also of one that it
 * does not know yet: that is read from HubSpot and not kept. Throws as `HubSpot.call`.
 */
export async function listSampleDeals(
  deps: Pick<Deps, 'db' | 'hubspot'>,
  portal: PortalContext,
  query: SampleDealsQuery,
): Promise<SampleDeals> {
  const { portalId } = portal
  const search = (query.search ?? '').trim()
  const known = await inPortal(deps.db, portalId, (trx) => selectSampleDeals(trx, portalId, search))
  const isKnown = known.some(({ dealId }) => dealId === search)
  const read = DEAL_NUMBER.test(search) && !isKnown ? await readOne(deps, portalId, search) : []
  return {
    deals: [...read, ...known].map(({ dealId, name, contacts }) => ({
      dealId,
      name: name ?? `Deal ${dealId}`,
      contacts: contacts.map((contact) => ({ contactId: contact.contactId, name: nameOf(contact) })),
    })),
  }
}

async function readOne(deps: Pick<Deps, 'hubspot'>, portalId: number, dealId: string): Promise<SampleDealRecord[]> {
  const [deals, associated] = await Promise.all([
    readDeals(deps.hubspot, portalId, [dealId], { history: false }),
    readDealContacts(deps.hubspot, portalId, [dealId]),
  ])
  const deal = deals.get(dealId)
  const contactIds = (associated.get(dealId) ?? []).slice(0, CONTACTS)
  if (!deal || contactIds.length === 0) return []
  const contacts = await readContacts(deps.hubspot, portalId, contactIds)
  return [{ dealId, name: deal.name, contacts: [...contacts.values()] }]
}
