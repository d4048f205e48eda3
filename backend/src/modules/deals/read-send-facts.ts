import type { PortalContext } from '#core/context.ts'
import type { Talks } from '#core/talks.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { readDealContacts } from '#hubspot/associations.ts'
import { type HubSpotContact, readContacts } from '#hubspot/contacts.ts'
import { type HubSpotDeal, readDeals } from '#hubspot/deals.ts'
import { findMerged } from '#hubspot/merged-ids.ts'
import { saveContacts } from '#modules/contacts/save-contacts.ts'
import { getSubscriptionId } from '#modules/hubspot-mail/get-subscription-id.ts'
import { noticeMerges } from '#modules/merges/notice-merges.ts'
import { type DealReading, saveDeals } from './save-deals.ts'
import { NO_TALKS, pairKey, type SendFacts, type SendPair } from './send-facts.ts'

/**
 * Asks HubSpot for everything that may forbid a mail: where the deals are, whose they are and who is on them, whether the
 * contacts may still be written to and at which address, and who answered or booked a meeting. Three kinds of batch read side by side, 100 deals, 100 contacts and 1,000 associations a
 * call, and the answer is kept, merges that it tells of included. Every pair asked for is in the result. Throws as `HubSpot.call`.
 */
export async function readSendFacts(
  deps: Pick<Deps, 'hubspot' | 'db' | 'clock' | 'ids'>,
  portalId: number,
  pairs: readonly SendPair[],
): Promise<Map<string, SendFacts>> {
  const asked = [...new Set(pairs.map((pair) => pair.dealId))]
  const contactIds = [...new Set(pairs.map((pair) => pair.contactId))]
  const subscriptionId = await getSubscriptionId(deps, portalId)
  const readAt = deps.clock()
  const [deals, associated, contacts] = await Promise.all([
    readDeals(deps.hubspot, portalId, asked, { history: false }),
    readDealContacts(deps.hubspot, portalId, asked),
    readContacts(deps.hubspot, portalId, contactIds, { subscriptionId }),
  ])
  const contactsOf = new Map([...associated].filter(([dealId]) => deals.has(dealId)))
  const into = asked.flatMap((dealId) => findMerged(deals, dealId)?.dealId ?? [])
  const kept = [...new Set([...asked, ...into])]
  await keep(deps, portalId, { readAt, asked: kept, deals, contactsOf }, [...contacts.values()])
  return new Map(
    pairs.map((pair) => {
      const deal = findMerged(deals, pair.dealId)
      const contact = findMerged(contacts, pair.contactId)
      const isOther = (deal && deal.dealId !== pair.dealId) || (contact && contact.contactId !== pair.contactId)
      const facts: SendFacts = {
        merged: isOther ?? false,
        pipelineId: deal?.pipelineId ?? null,
        stageId: deal?.stageId ?? null,
        ownerId: deal?.ownerId ?? null,
        deleted: deal === undefined,
        isClosed: deal?.isClosed ?? false,
        talks: deal ? talksOf(deal) : NO_TALKS,
        onDeal: contactsOf.get(pair.dealId)?.includes(pair.contactId) ?? false,
        contact: contact ? { email: contact.email, optedOut: contact.optedOut, talks: talksOf(contact) } : null,
        values: deal && contact ? valuesOf(deal, contact) : null,
        readAt,
      }
      return [pairKey(pair), facts]
    }),
  )
}

function valuesOf({ name, amount }: HubSpotDeal, contact: HubSpotContact): SendFacts['values'] {
  const { firstName, lastName, phone, company, timeZone } = contact
  return { deal: { name, amount }, contact: { firstName, lastName, phone, company, timeZone } }
}

function talksOf({ repliedAt, bookedAt, meetingAt }: Talks): Talks {
  return { repliedAt, bookedAt, meetingAt }
}

async function keep(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portalId: number,
  reading: DealReading,
  contacts: Parameters<typeof saveContacts>[3],
): Promise<void> {
  const portal: PortalContext = { portalId, actor: { kind: 'worker' }, requestId: deps.ids() }
  await inPortal(deps.db, portalId, async (trx) => {
    await saveDeals(trx, portalId, reading)
    await noticeMerges(deps, trx, portal, { deals: reading.deals.values(), contacts })
    await saveContacts(deps, trx, portal, contacts, { dealId: null, readAt: reading.readAt })
  })
}
