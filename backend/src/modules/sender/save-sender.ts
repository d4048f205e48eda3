import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { takeRevision } from '#modules/revisions/take-revision.ts'
import type { SaveSender, Sender } from '#shared/contract/installation.ts'
import { checkAddress } from './check-address.ts'
import { checkFromName } from './check-from-name.ts'
import { readSender } from './get-sender.ts'
import { updateSender } from './repository.ts'

// Half a surrogate pair cannot be stored.
const UNUSABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

/**
 * Saves who mails come from. Throws `invalid_input` for a name or address that cannot stand in a mail's header, and `outdated`
 * when somebody saved it since.
 */
export function saveSender(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'settings'>,
  portal: PortalContext,
  input: SaveSender,
): Promise<Sender> {
  return once(deps, portal, { key: input.idempotencyKey, operation: 'sender.save', input }, async (trx) => {
    const fromName = checkFromName(input.fromName)
    const postalAddress = input.postalAddress.replace(/\r\n?/g, '\n').trim()
    if (UNUSABLE.test(postalAddress.replaceAll('\n', ' '))) {
      throw new AppError('invalid_input', 'The postal address contains characters that no mail can show.')
    }
    const sender = { fromName, replyTo: checkAddress(input.replyTo), postalAddress }
    const seen = { revision: input.revision }
    const revision = await takeRevision(deps, trx, portal.portalId, { kind: 'account_sender' }, seen)
    if (!(await updateSender(trx, portal.portalId, sender))) {
      throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
    }
    await recordActivity(deps, trx, portal, { kind: 'sender.saved', data: { fromName } })
    return { ...(await readSender(deps, trx, portal.portalId)), revision }
  })
}
