import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { HubSpotDeal } from '#hubspot/deals.ts'
import { listStageEntries } from '#modules/decisions/find-stage-entry.ts'
import { markDeleted, replaceDealContacts, upsertDeals } from './repository.ts'

export interface DealReading {
  /** Every deal that was asked for; one that is not in `deals` no longer exists. */
  readonly asked: readonly string[]
  readonly deals: ReadonlyMap<string, HubSpotDeal>
  /** Only deals whose contacts were read. */
  readonly contactsOf: ReadonlyMap<string, readonly string[]>
}

/** Keeps what HubSpot said about deals: the card, the explanation and the mails read it from here. */
export async function saveDeals(
  deps: Pick<Deps, 'clock'>,
  trx: Trx,
  portalId: number,
  reading: DealReading,
): Promise<void> {
  const now = deps.clock()
  const ids = [...reading.asked].sort()
  const deals = ids.flatMap((id) => reading.deals.get(id) ?? [])
  await upsertDeals(
    trx,
    portalId,
    deals.map(({ stageHistory, ...deal }) => ({
      ...deal,
      stageEnteredAt: listStageEntries(stageHistory)[0]?.enteredAt ?? null,
    })),
    now,
  )
  await markDeleted(
    trx,
    portalId,
    ids.filter((id) => !reading.deals.has(id)),
    now,
  )
  for (const id of ids) {
    const contactIds = reading.contactsOf.get(id)
    if (contactIds) await replaceDealContacts(trx, portalId, id, contactIds, now)
  }
}
