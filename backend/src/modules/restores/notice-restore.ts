import type { Deps } from '#deps'
import { findLastIdentity, insertIdentity, lockIdentities, readIdentity } from './repository.ts'

/**
 * Looks whether this is the database that was here at the last start. When it is another, a backup was restored (or a standby
 * took over), and mails due until now may have gone out without this database knowing: from now on they wait for a person.
 * Call it before any mail is sent. True when it noticed one.
 */
export async function noticeRestore(deps: Pick<Deps, 'db' | 'clock' | 'log'>): Promise<boolean> {
  const restored = await deps.db.transaction().execute(async (trx) => {
    await lockIdentities(trx)
    const identity = await readIdentity(trx)
    const last = await findLastIdentity(trx)
    if (last === identity) return false
    const isOther = last !== undefined
    await insertIdentity(trx, { seenAt: deps.clock(), identity, restored: isOther })
    return isOther
  })
  if (restored) deps.log.warn({}, 'database was restored from a backup, mails that were due wait for approval')
  return restored
}
