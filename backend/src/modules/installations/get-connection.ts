import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { Connection } from '#shared/contract/installation.ts'
import { findInstallation } from './repository.ts'

/** The connection of a portal as the settings page shows it; a portal that never connected reads as disconnected. */
export async function getConnection(deps: Pick<Deps, 'db' | 'settings'>, portal: PortalContext): Promise<Connection> {
  const { portalId } = portal
  const installation = await inPortal(deps.db, portalId, (trx) => findInstallation(trx, portalId))
  const connectUrl = `${deps.settings.publicUrl}/oauth/install?portalId=${portalId}`
  if (!installation) {
    return {
      status: 'disconnected',
      reason: 'Stagecue is not connected to this account yet. Connect it to begin.',
      portalId,
      accountName: null,
      connectedAt: null,
      connectedBy: null,
      missingScopes: [],
      connectUrl,
    }
  }
  return {
    status: installation.status,
    reason: installation.statusReason,
    portalId,
    accountName: installation.accountName,
    connectedAt: installation.connectedAt.toString(),
    connectedBy: installation.connectedByEmail,
    missingScopes: deps.settings.scopes.filter((scope) => !installation.scopes.includes(scope)),
    connectUrl,
  }
}
