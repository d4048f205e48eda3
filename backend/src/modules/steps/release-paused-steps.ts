import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { SEQUENCE_IS_PAUSED } from './decide-before-send.ts'
import { bringForward } from './run-repository.ts'

/** Makes the steps that waited for a paused sequence due now. Call it in the transaction that resumes the sequence. */
export async function releasePausedSteps(
  deps: Pick<Deps, 'clock'>,
  trx: Trx,
  portal: PortalContext,
  sequenceId: string,
): Promise<void> {
  const now = deps.clock()
  const any = await bringForward(trx, portal.portalId, sequenceId, SEQUENCE_IS_PAUSED, now)
  if (any) await wakeLane(trx, portal.portalId, 'steps', WHOLE_PORTAL, now)
}
