import type { PortalContext } from '#core/context.ts'
import type { Deps } from '#deps'
import { once } from '#modules/idempotency/once.ts'
import type { StopSending, Stops } from '#shared/contract/limits.ts'
import { readStops } from './get-stops.ts'
import { nameOf } from './name-of.ts'
import { stopSending } from './stop-sending.ts'

/** A person stops all sending, or a sequence's. Stopped already: nothing changes. Throws what `stopSending` throws. */
export function stopByPerson(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  input: StopSending,
): Promise<Stops> {
  const { idempotencyKey: key, ...wanted } = input
  return once(deps, portal, { key, operation: 'sending.stop', input: wanted }, async (trx) => {
    const reason = wanted.reason.trim() || `stopped by ${nameOf(portal.actor)}.`
    await stopSending(deps, trx, portal, { sequenceId: wanted.sequenceId, mails: 'all', cause: 'person', reason })
    return readStops(trx, portal)
  })
}
