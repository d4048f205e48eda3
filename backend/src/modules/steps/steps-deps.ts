import type { Deps } from '#deps'

/** Where a deal is now, as HubSpot says. */
export interface DealStage {
  readonly stageId: string | null
  readonly pipelineId: string | null
  readonly deleted: boolean
  /** Just before HubSpot was asked. */
  readonly readAt: Temporal.Instant
}

/**
 * Asks HubSpot for the present stage of deals, by HubSpot's deal id. A deal that is missing from the answer counts as not
 * answered. Throws the `AppError`s of `HubSpot.call`.
 */
export type ReadDealStages = (
  deps: Deps,
  portalId: number,
  dealIds: readonly string[],
) => Promise<Map<string, DealStage>>

/** What sending needs beyond `Deps`. */
export interface StepsDeps extends Deps {
  readonly readDealStages: ReadDealStages
}
