import type { Trx } from '#db/database.ts'
import type { HubSpotDeal } from '#hubspot/deals.ts'
import { listStageEntries } from '#modules/decisions/find-stage-entry.ts'
import { markDeleted, replaceDealContacts, upsertDeals } from './repository.ts'

export interface DealReading {
  /** Just before HubSpot was asked: what is kept may have changed since. */
  readonly readAt: Temporal.Instant
  /** Every deal that was asked for; one that is not in `deals` no longer exists. */
  readonly asked: readonly string[]
  readonly deals: ReadonlyMap<string, HubSpotDeal>
  /** Only deals whose contacts were read. */
  readonly contactsOf: ReadonlyMap<string, readonly string[]>
}

/** Keeps what HubSpot said about deals: the card, the explanation and the mails read it from here. */
export async function saveDeals(trx: Trx, portalId: number, reading: DealReading): Promise<void> {
  const { readAt } = reading
  const ids = [...reading.asked].sort()
  const deals = ids.flatMap((id) => reading.deals.get(id) ?? [])
  await upsertDeals(
    trx,
    portalId,
    deals.map(({ stageHistory, properties: _, isWon: __, mergedIds: ___, ...deal }) => ({
      ...deal,
      stageEnteredAt: listStageEntries(stageHistory)[0]?.enteredAt ?? null,
    })),
    readAt,
  )
  await markDeleted(
    trx,
    portalId,
    ids.filter((id) => !reading.deals.has(id)),
    readAt,
  )
  const asked = new Set(ids)
  const contactsOf = new Map([...reading.contactsOf].filter(([id]) => asked.has(id)))
  await replaceDealContacts(trx, portalId, contactsOf, readAt)
}
