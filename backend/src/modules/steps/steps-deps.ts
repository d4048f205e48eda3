import type { Deps } from '#deps'
import type { SendFacts, SendPair } from '#modules/deals/send-facts.ts'

/**
 * Asks HubSpot for what may forbid a mail to these contacts of these deals, by `pairKey`. A pair that is missing from the
 * answer counts as not answered. Throws the `AppError`s of `HubSpot.call`.
 */
export type ReadSendFacts = (
  deps: Deps,
  portalId: number,
  pairs: readonly SendPair[],
) => Promise<Map<string, SendFacts>>

/** What sending needs beyond `Deps`. */
export interface StepsDeps extends Deps {
  readonly readSendFacts: ReadSendFacts
}
