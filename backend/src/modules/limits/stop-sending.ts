import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { nameOf } from './name-of.ts'
import { findSequenceName, insertStop } from './repository.ts'

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
  const { sequenceId, mails, reason } = stop
  const sequence = sequenceId === null ? null : await findSequenceName(trx, portalId, sequenceId)
  if (sequence === undefined) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
  const id = deps.ids()
  const stopped = { portalId, id, ...stop, stoppedAt: deps.clock(), stoppedBy: nameOf(actor) }
  if (!(await insertStop(trx, stopped))) return false
  const data = { sequence, reason, firstOnly: mails === 'first' }
  await recordActivity(deps, trx, portal, { kind: 'sending.stopped', subjectId: id, data })
  return true
}
