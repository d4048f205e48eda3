import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { eraseSecrets } from './repository.ts'

const ERASED = 'Its password was erased when the account was disconnected. Enter it again and switch it on'

/** Forgets the passwords of the portal's senders, which can write nothing without them and are switched off. */
export async function eraseSenderSecrets(deps: Pick<Deps, 'clock'>, trx: Trx, portalId: number): Promise<void> {
  await eraseSecrets(trx, portalId, ERASED, deps.clock())
}
