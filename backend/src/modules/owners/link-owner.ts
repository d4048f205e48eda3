import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { takeRevision } from '#modules/revisions/take-revision.ts'
import { getLockedSender } from '#modules/senders/get-locked-sender.ts'
import type { LinkOwner, Owners } from '#shared/contract/sender.ts'
import { readOwnerList } from './list-owners.ts'
import { setLink } from './repository.ts'

/**
 * Says by hand which sender writes for an owner's deals, or goes back to the one with the owner's address. Throws `not_found`,
 * and `outdated` when somebody linked the owner since.
 */
export function linkOwner(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'settings'>,
  portal: PortalContext,
  ownerId: string,
  { link, revision, idempotencyKey }: LinkOwner,
): Promise<Owners> {
  const { portalId } = portal
  const change = { key: idempotencyKey, operation: 'owner.link', input: { ownerId, link, revision } }
  return once(deps, portal, change, async (trx) => {
    const senderId = link === 'match' || link === 'none' ? null : (await getLockedSender(trx, portalId, link)).id
    const owner = await setLink(trx, portalId, ownerId, { linkedByHand: link !== 'match', senderId })
    if (owner === undefined) {
      throw new AppError('not_found', 'This owner is not known here. Read the owners from HubSpot again.')
    }
    await takeRevision(deps, trx, portalId, { kind: 'owner_link', subject: ownerId }, { revision })
    await recordActivity(deps, trx, portal, { kind: 'owner.linked', subjectId: ownerId, data: { owner } })
    return readOwnerList(deps, trx, portalId)
  })
}
