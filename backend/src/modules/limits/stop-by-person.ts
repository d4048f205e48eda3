import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { once } from '#modules/idempotency/once.ts'
import type { StopSending, Stops } from '#shared/contract/limits.ts'
import { readStops } from './get-stops.ts'
import { nameOf } from './name-of.ts'
import { stopSending } from './stop-sending.ts'

// Half a surrogate pair cannot be stored, and the reason stands in a sentence.
const UNUSABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

/**
 * A person stops all sending (null), or a sequence's. Stopped already: nothing changes. Throws what `stopSending` throws, and
 * `invalid_input` for a reason that cannot be shown.
 */
export async function stopByPerson(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  sequenceId: string | null,
  input: StopSending,
): Promise<Stops> {
  const typed = input.reason.trim()
  if (UNUSABLE.test(typed)) throw new AppError('invalid_input', 'Write the reason on one line, in plain characters.')
  const reason = typed || `stopped by ${nameOf(portal.actor)}.`
  const change = { key: input.idempotencyKey, operation: 'sending.stop', input: { sequenceId, reason } }
  return once(deps, portal, change, async (trx) => {
    await stopSending(deps, trx, portal, { sequenceId, mails: 'all', cause: 'person', reason })
    return readStops(trx, portal)
  })
}
