import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { findInstallation, type InstallationRow } from './repository.ts'

/** The installation of a portal, whatever its status. Throws `not_found` for one that never connected. */
export async function getInstallation(deps: Pick<Deps, 'db'>, portal: PortalContext): Promise<InstallationRow> {
  const installation = await inPortal(deps.db, portal.portalId, (trx) => findInstallation(trx, portal.portalId))
  if (installation) return installation
  throw new AppError('not_found', 'Stagecue is not connected to this HubSpot account yet. Connect it first.')
}
