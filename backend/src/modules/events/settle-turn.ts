import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { holdTurn, releaseLanes, type Turn } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { findMerged } from '#hubspot/merged-ids.ts'
import { saveContacts } from '#modules/contacts/save-contacts.ts'
import { saveDeals } from '#modules/deals/save-deals.ts'
import type { TurnContext } from '#modules/decisions/deal-facts.ts'
import { openStageChanges } from '#modules/decisions/stage-changes.ts'
import { listOpenEnrollments } from '#modules/enrollments/list-open-enrollments.ts'
import { getConnectionFacts } from '#modules/installations/get-connection-facts.ts'
import { noticeMerges } from '#modules/merges/notice-merges.ts'
import { listStages } from '#modules/pipelines/list-stages.ts'
import { applyContactEvents } from './apply-contact-events.ts'
import { applyDealEvents, type DealTurn } from './apply-deal-events.ts'
import { dealLane, dealOfLane } from './lane-key.ts'
import type { TurnFacts, TurnSubject } from './read-turn.ts'
import { listLanesWithPending, markDone } from './repository.ts'
import { REVIVAL_LANE } from './revival.ts'

/** What a turn read. */
export interface ReadTurn extends TurnSubject {
  readonly facts: TurnFacts
}

/**
 * Settles the lanes of a turn that are still ours in the caller's transaction: keeps what was read, applies the events, decides
 * what waited, and lets the lanes go.
 */
export async function settleTurn(
  deps: Deps,
  trx: Trx,
  portal: PortalContext,
  turn: Turn,
  read: ReadTurn,
): Promise<void> {
  const { portalId } = portal
  const held = await holdTurn(trx, 'events', turn)
  const keys = turn.lanes.map((lane) => lane.key).filter((key) => held.has(key) && key !== REVIVAL_LANE)
  const ours = new Set(keys)
  const mine = read.events.filter((event) => ours.has(event.laneKey))
  const waiting = new Set(read.openDeals.filter((dealId) => ours.has(dealLane(dealId))))
  const asked = [...new Set([...mine.flatMap((event) => event.dealId ?? []), ...waiting])].sort()
  const turnOf = await keepReading(deps, trx, portal, asked, read.facts)
  for (const key of keys) {
    const own = mine.filter((event) => event.laneKey === key)
    const dealId = dealOfLane(key)
    if (dealId === undefined) await applyContactEvents(deps, trx, portal, read.facts, own)
    else if (own.length > 0 || waiting.has(dealId)) await applyDealEvents(deps, trx, portal, turnOf(dealId), own)
  }
  const handled = mine.map((event) => event.id)
  await markDone(trx, portalId, handled, deps.clock())
  const again = await listLanesWithPending(trx, portalId, keys)
  await releaseLanes(trx, 'events', portalId, keys, { again, dueAt: deps.clock() })
}

/** Keeps what HubSpot said of these deals and their contacts, and gives what each deal's events need. */
async function keepReading(
  deps: Deps,
  trx: Trx,
  portal: PortalContext,
  asked: readonly string[],
  facts: TurnFacts,
): Promise<(dealId: string) => DealTurn> {
  const { portalId } = portal
  const contactsOf = new Map([...facts.contactTypes].map(([dealId, types]) => [dealId, [...types.keys()]]))
  const into = asked.flatMap((dealId) => findMerged(facts.deals, dealId) ?? [])
  const kept = [...new Set([...asked, ...into.map(({ dealId }) => dealId)])]
  await saveDeals(trx, portalId, { ...facts, contactsOf, asked: kept })
  const relevant = new Set(asked.flatMap((dealId) => contactsOf.get(dealId) ?? []))
  const read = [...facts.contacts.values()].filter((contact) => relevant.has(contact.contactId))
  await noticeMerges(deps, trx, portal, { deals: into, contacts: read })
  const from = { dealId: asked.length === 1 ? (asked[0] ?? null) : null, readAt: facts.readAt }
  const contacts = await saveContacts(deps, trx, portal, read, from)
  const open = await listOpenEnrollments(trx, portalId, { dealIds: asked })
  const context: TurnContext = {
    ...(await getConnectionFacts(trx, portalId)),
    stages: await listStages(trx, portalId),
    changes: openStageChanges(trx, portalId),
    asked: facts.asked,
    contactProperties: new Map([...facts.contacts].map(([contactId, { properties }]) => [contactId, properties])),
  }
  return (dealId) => ({
    facts: {
      dealId,
      deal: facts.deals.get(dealId),
      contactTypes: facts.contactTypes.get(dealId),
      contacts,
      turn: context,
    },
    open: open.filter((enrollment) => enrollment.dealId === dealId),
  })
}
