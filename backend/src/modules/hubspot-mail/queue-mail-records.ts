import type { Trx } from '#db/database.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import { insertMailRecords } from './record-repository.ts'

/** Several mails of a portal within this time are one call. */
const GATHER = Temporal.Duration.from({ seconds: 5 })

/** Mails that the server accepted become e-mails in HubSpot, where the portal wants that; in the caller's transaction. */
export async function queueMailRecords(
  trx: Trx,
  portalId: number,
  stepRunIds: readonly string[],
  at: Temporal.Instant,
): Promise<void> {
  if (stepRunIds.length === 0) return
  const queued = await insertMailRecords(trx, portalId, stepRunIds, at)
  if (queued) await wakeLane(trx, portalId, 'mail_records', WHOLE_PORTAL, at.add(GATHER))
}
