import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { takeRevision } from '#modules/revisions/take-revision.ts'
import type { ChooseDefault, Senders } from '#shared/contract/sender.ts'
import { getLockedSender } from './get-locked-sender.ts'
import { readSenders } from './list-senders.ts'
import { moveDefault } from './repository.ts'

/**
 * Makes a sender the one that writes where no owner's does. Throws `not_found`, `conflict` for one that is switched off, and
 * `outdated` when somebody chose another one since.
 */
export function chooseDefault(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'settings'>,
  portal: PortalContext,
  senderId: string,
  { revision, idempotencyKey }: ChooseDefault,
): Promise<Senders> {
  const { portalId } = portal
  const change = { key: idempotencyKey, operation: 'sender.default', input: { senderId, revision } }
  return once(deps, portal, change, async (trx) => {
    const sender = await getLockedSender(trx, portalId, senderId)
    if (!sender.active) throw new AppError('conflict', 'This sender is switched off. Switch it on first.')
    if (!sender.isDefault) {
      await takeRevision(deps, trx, portalId, { kind: 'default_sender' }, { revision })
      await moveDefault(trx, portalId, senderId, deps.clock())
    }
    const senders = await readSenders(deps, trx, portalId)
    const address = senders.senders.find(({ id }) => id === senderId)?.address ?? null
    await recordActivity(deps, trx, portal, { kind: 'sender.made_default', data: { address } })
    return senders
  })
}
