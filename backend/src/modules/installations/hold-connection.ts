import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { shareInstallation } from './repository.ts'

/**
 * Keeps the portal connected until the transaction ends: a disconnect waits for it, and then finds what it made. Throws
 * `installation_revoked` when the portal is not connected.
 */
export async function holdConnection(trx: Trx, portalId: number): Promise<void> {
  if ((await shareInstallation(trx, portalId)) === 'connected') return
  throw new AppError('installation_revoked', 'The HubSpot account is not connected. Connect it again.')
}
