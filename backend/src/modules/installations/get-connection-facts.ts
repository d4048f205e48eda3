import type { Trx } from '#db/database.ts'
import { findInstallation } from './repository.ts'

/** What decisions need to know of a connection. */
export interface ConnectionFacts {
  /** When the present connection began: what happened before it enrolls nobody. Never, for an unknown portal. */
  readonly connectedAt: Temporal.Instant
  /** The portal's IANA zone; UTC when HubSpot named none. */
  readonly timeZone: string
}

export async function getConnectionFacts(trx: Trx, portalId: number): Promise<ConnectionFacts> {
  const installation = await findInstallation(trx, portalId)
  return { connectedAt: installation?.connectedAt ?? NEVER, timeZone: installation?.timeZone ?? 'UTC' }
}

/** The last moment that Temporal knows. */
const NEVER = Temporal.Instant.fromEpochMilliseconds(8_640_000_000_000_000)
