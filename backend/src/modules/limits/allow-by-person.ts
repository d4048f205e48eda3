import type { PortalContext } from '#core/context.ts'
import type { Deps } from '#deps'
import { once } from '#modules/idempotency/once.ts'
import type { AllowSending, Stops } from '#shared/contract/limits.ts'
import { allowSending } from './allow-sending.ts'
import { readStops } from './get-stops.ts'

/** A person lifts a stop of everything (null) or of a sequence. Nothing stopped: nothing changes. Throws `not_found`. */
export function allowByPerson(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  sequenceId: string | null,
  input: AllowSending,
): Promise<Stops> {
  const { idempotencyKey: key, cause } = input
  const stop = { sequenceId, cause }
  return once(deps, portal, { key, operation: 'sending.allow', input: stop }, async (trx) => {
    await allowSending(deps, trx, portal, stop)
    return readStops(trx, portal)
  })
}
