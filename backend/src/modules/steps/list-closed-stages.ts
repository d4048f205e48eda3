import type { Trx } from '#db/database.ts'
import { selectClosedStages } from './state-repository.ts'

/** The stages that win or lose a deal, as `pipeline/stage`: what is known of a deal before a step is done. */
export async function listClosedStages(trx: Trx, portalId: number): Promise<ReadonlySet<string>> {
  return selectClosedStages(trx, portalId)
}
