import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { readDeals } from '#hubspot/deals.ts'
import { saveDeals } from './save-deals.ts'

/** Where a deal is right now. */
export interface DealStage {
  readonly pipelineId: string | null
  readonly stageId: string | null
  readonly deleted: boolean
  /** Just before HubSpot was asked. */
  readonly readAt: Temporal.Instant
}

/** Asks HubSpot where these deals are now, 100 a call, and keeps the answer. Every id asked for is in the result. */
export async function readDealStages(
  deps: Pick<Deps, 'hubspot' | 'db' | 'clock'>,
  portalId: number,
  dealIds: readonly string[],
): Promise<Map<string, DealStage>> {
  const asked = [...new Set(dealIds)]
  const readAt = deps.clock()
  const deals = await readDeals(deps.hubspot, portalId, asked, { history: false })
  await inPortal(deps.db, portalId, (trx) => saveDeals(trx, portalId, { readAt, asked, deals, contactsOf: new Map() }))
  return new Map(
    asked.map((id) => {
      const deal = deals.get(id)
      const { pipelineId = null, stageId = null } = deal ?? {}
      return [id, { pipelineId, stageId, deleted: deal === undefined, readAt }]
    }),
  )
}
