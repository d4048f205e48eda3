import type { Trx } from '#db/database.ts'
import { findInstallation } from './repository.ts'

/** When this portal's present connection began: what happened before it enrolls nobody. Never, for an unknown portal. */
export async function getConnectedAt(trx: Trx, portalId: number): Promise<Temporal.Instant> {
  const installation = await findInstallation(trx, portalId)
  return installation?.connectedAt ?? NEVER
}

/** The last moment that Temporal knows. */
const NEVER = Temporal.Instant.fromEpochMilliseconds(8_640_000_000_000_000)
