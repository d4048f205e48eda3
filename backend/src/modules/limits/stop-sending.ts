import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { nameOf } from './name-of.ts'
import { insertStop, sequenceExists } from './repository.ts'

export interface SendingStop {
  /** Null: the whole portal. */
  readonly sequenceId: string | null
  /** `first`: only mails to people whose enrollment has sent them none yet. */
  readonly mails: 'all' | 'first'
  /** Who decides about lifting it: a person's stop and the breaker's stand side by side. */
  readonly cause: 'person' | 'bounces'
  /** Shown on every mail that waits for it: "Sending is stopped: …". */
  readonly reason: string
}

/**
 * The kill switch: from its commit on no mail it covers begins its content, not even one that a worker has in hand already
 * (the gate reads it). Nothing is lost: these mails stay planned. Waits for nobody who sends or enrolls. False when the same
 * cause has stopped it already; then nothing changes. Throws `not_found` for a sequence the portal does not have.
 */
export async function stopSending(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  stop: SendingStop,
): Promise<boolean> {
  const { portalId, actor } = portal
  if (stop.sequenceId !== null && !(await sequenceExists(trx, portalId, stop.sequenceId))) {
    throw new AppError('not_found', 'There is no such sequence. Reload the page.')
  }
  return insertStop(trx, { portalId, id: deps.ids(), ...stop, stoppedAt: deps.clock(), stoppedBy: nameOf(actor) })
}
