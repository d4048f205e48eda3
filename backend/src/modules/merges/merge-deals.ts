import type { PortalContext } from '#core/context.ts'
import { appendRows } from '#db/before-commit.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { HubSpotDeal } from '#hubspot/deals.ts'
import { saveMerge } from '#modules/deals/save-merge.ts'
import { listOpenEnrollments } from '#modules/enrollments/list-open-enrollments.ts'
import { reasonToStop } from '#modules/events/reason-to-stop.ts'
import { carryOver } from './carry-over.ts'
import { divideFamily } from './divide-family.ts'
import { carryPlacesOfDeals, lockFamilyOfDeals, lockUnmergedDeals } from './repository.ts'

/** HubSpot's ids. */
export interface DealMerge {
  readonly into: string
  readonly merged: readonly string[]
  /** The one that stays, where it was read. */
  readonly deal: Pick<HubSpotDeal, 'pipelineId' | 'stageId' | 'isClosed'> | undefined
}

/**
 * Deals went into another one: what they enrolled counts as its past, and what runs goes on with it where it would still hold
 * there, else it ends as merged; the contacts keep their places. Told twice, the second time changes nothing.
 */
export async function mergeDeals(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  { into, merged, deal }: DealMerge,
): Promise<void> {
  const { portalId } = portal
  const gone = await lockUnmergedDeals(
    trx,
    portalId,
    merged.filter((dealId) => dealId !== into),
  )
  if (into === '' || gone.length === 0) return
  const family = await lockFamilyOfDeals(trx, portalId, [into, ...gone])
  await saveMerge(trx, portalId, { into, merged: gone })
  await carryPlacesOfDeals(trx, portalId, gone, into)
  const running = await listOpenEnrollments(trx, portalId, { dealIds: gone })
  // Who is on the deal that stays is judged when its contacts are read: they may have been merged, too.
  const left = running.filter((enrollment) => deal && reasonToStop({ deal, contactTypes: undefined }, enrollment))
  const leaves = new Set(left.map(({ id }) => id))
  const divided = divideFamily(family, into, (id) => !leaves.has(id))
  await carryOver(deps, trx, portal, divided, { dealId: into })
  // What the others were in counts as its own from now on.
  const record = { objectType: 'deal' as const, objectId: into }
  await appendRows(trx, { changedRecords: [{ portalId, ...record, at: deps.clock() }] })
}
