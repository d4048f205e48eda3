import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { describeMoment } from '#modules/steps/describe-moment.ts'
import { isSuppressed } from '#modules/suppressions/is-suppressed.ts'
import type { Self } from './own-address.ts'
import { deleteAskedBefore, insertTestMail, lockPerson, selectAskedSince } from './repository.ts'

/** As many as anybody needs to write a mail, and too few to send mails to oneself by. */
export const PER_HOUR = 10
/** Longer than a repeat of the same call may take. */
const KEPT = { hours: 24 }

/**
 * Counts one more test mail for a person; gives its id. Throws `conflict` when the hour is full or the address is on the
 * do-not-mail list.
 */
export async function admitTestMail(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  { portalId }: PortalContext,
  { userId, address }: Self,
  timeZone: string | null,
): Promise<string> {
  if (await isSuppressed(trx, portalId, address)) {
    throw new AppError(
      'conflict',
      'Your own address is on the do-not-mail list of this account, so nothing is sent to it.',
    )
  }
  await lockPerson(trx, portalId, userId)
  const now = deps.clock()
  const asked = await selectAskedSince(trx, portalId, userId, now.subtract({ hours: 1 }))
  const freeing = asked.at(-PER_HOUR)
  if (freeing) {
    const at = describeMoment(freeing.add({ hours: 1 }), timeZone)
    throw new AppError('conflict', `You sent yourself ${PER_HOUR} test mails within an hour. The next may go at ${at}.`)
  }
  await deleteAskedBefore(trx, portalId, now.subtract(KEPT))
  const id = deps.ids()
  await insertTestMail(trx, portalId, { id, userId }, now)
  return id
}
