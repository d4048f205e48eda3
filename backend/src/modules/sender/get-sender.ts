import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { readRevision } from '#modules/revisions/read-revision.ts'
import { accountAddress } from '#modules/senders/account-address.ts'
import type { Sender } from '#shared/contract/installation.ts'
import { findSender } from './repository.ts'

/** Who mails come from, with defaults from the installation where nobody saved anything. `not_found` before connecting. */
export function getSender(deps: Pick<Deps, 'db' | 'settings'>, { portalId }: PortalContext): Promise<Sender> {
  return inPortal(deps.db, portalId, async (trx) => {
    // Before the rest, so that it is never newer than that is.
    const revision = await readRevision(trx, portalId, { kind: 'account_sender' })
    return { ...(await readSender(deps, trx, portalId)), revision }
  })
}

/** The same without its revision, inside another verb's transaction. */
export async function readSender(
  deps: Pick<Deps, 'settings'>,
  trx: Trx,
  portalId: number,
): Promise<Omit<Sender, 'revision'>> {
  const saved = await findSender(trx, portalId)
  if (!saved) throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
  return {
    fromName: saved.fromName ?? saved.accountName ?? 'Sales',
    fromAddress: accountAddress(portalId, deps.settings.mailDomain),
    replyTo: saved.replyTo ?? saved.connectedByEmail ?? '',
    postalAddress: saved.postalAddress ?? '',
  }
}
