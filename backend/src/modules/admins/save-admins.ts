import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { takeRevision } from '#modules/revisions/take-revision.ts'
import { checkAddress } from '#modules/sender/check-address.ts'
import type { Done } from '#shared/contract/common.ts'
import type { SaveAdmins } from '#shared/contract/installation.ts'
import { addEmails, lockInstaller, removeOthers } from './repository.ts'

/**
 * Replaces the list of people who may change settings. The saver must stay on it: so it is never empty, and nobody locks
 * themselves out. Throws `invalid_input` for an address that is none, or when the saver is missing, and `outdated` when somebody
 * saved another list since.
 */
export function saveAdmins(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  input: SaveAdmins,
): Promise<Done> {
  return once(deps, portal, { key: input.idempotencyKey, operation: 'admins.save', input }, async (trx) => {
    const emails = [...new Set(input.emails.map(checkAddress))]
    const saver = portal.actor.kind === 'user' ? (portal.actor.email?.toLowerCase() ?? null) : null
    if (saver === null || !emails.includes(saver)) {
      throw new AppError(
        'invalid_input',
        saver === null
          ? 'HubSpot did not tell who you are. Reload the page and try again.'
          : `Keep ${saver} on the list: without it you could not change it back.`,
      )
    }
    if (!(await lockInstaller(trx, portal.portalId))) {
      throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
    }
    await takeRevision(deps, trx, portal.portalId, { kind: 'admins' }, { revision: input.revision })
    await removeOthers(trx, portal.portalId, emails)
    await addEmails(trx, portal.portalId, emails, deps.clock(), saver)
    await recordActivity(deps, trx, portal, { kind: 'admins.saved', data: { count: emails.length } })
    return { done: true }
  })
}
