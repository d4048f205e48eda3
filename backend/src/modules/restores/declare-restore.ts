import type { Deps } from '#deps'
import { insertIdentity, lockIdentities, readIdentity } from './repository.ts'

/**
 * An operator says that a backup was restored, for what no start can notice: a copied data folder or a snapshot of the disk is
 * the same database to Postgres. Gives the moment from which on mails go out by themselves again.
 */
export function declareRestore(deps: Pick<Deps, 'db' | 'clock'>): Promise<Temporal.Instant> {
  return deps.db.transaction().execute(async (trx) => {
    await lockIdentities(trx)
    const seenAt = deps.clock()
    await insertIdentity(trx, { seenAt, identity: await readIdentity(trx), restored: true })
    return seenAt
  })
}
