import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { accountAddress } from '#modules/senders/account-address.ts'
import type { Sender } from '#shared/contract/installation.ts'
import { findSender } from './repository.ts'

/** Who mails come from, with defaults from the installation where nobody saved anything. `not_found` before connecting. */
export function getSender(deps: Pick<Deps, 'db' | 'settings'>, portal: PortalContext): Promise<Sender> {
  return inPortal(deps.db, portal.portalId, (trx) => readSender(deps, trx, portal.portalId))
}

/** The same inside another verb's transaction. */
export async function readSender(deps: Pick<Deps, 'settings'>, trx: Trx, portalId: number): Promise<Sender> {
  const saved = await findSender(trx, portalId)
  if (!saved) throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
  return {
    fromName: saved.fromName ?? saved.accountName ?? 'Sales',
    fromAddress: accountAddress(portalId, deps.settings.mailDomain),
    replyTo: saved.replyTo ?? saved.connectedByEmail ?? '',
    postalAddress: saved.postalAddress ?? '',
  }
}
