import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { SENDING_STOPPED } from './decide-before-send.ts'
import { bringForward } from './run-repository.ts'

/**
 * Makes the steps due now that a stop kept back: of a sequence, or of the whole portal (null). Call it in the transaction
 * that lifts the stop. What another stop covers is put off again when its turn comes.
 */
export async function releaseStoppedSteps(
  deps: Pick<Deps, 'clock'>,
  trx: Trx,
  portal: PortalContext,
  sequenceId: string | null,
): Promise<void> {
  const now = deps.clock()
  const any = await bringForward(trx, portal.portalId, sequenceId, SENDING_STOPPED, now)
  if (any) await wakeLane(trx, portal.portalId, 'steps', WHOLE_PORTAL, now)
}
