import type { Trx } from '#db/database.ts'
import { findScenarios, type StoredScenarios } from './repository.ts'

/** A sequence's scenarios with their revision; none and 0 before the first were saved. For verbs that take them along. */
export async function listScenarios(trx: Trx, portalId: number, sequenceId: string): Promise<StoredScenarios> {
  return (await findScenarios(trx, portalId, sequenceId)) ?? { scenarios: [], revision: 0 }
}
