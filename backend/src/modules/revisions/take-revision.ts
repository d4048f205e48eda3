import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { getConnectionFacts } from '#modules/installations/get-connection-facts.ts'
import { describeMoment } from '#modules/steps/describe-moment.ts'
import { advanceRevision, findRevision } from './repository.ts'
import type { Setting } from './setting.ts'

/** What a change was made on, and whether it leaves nothing behind. */
export interface Seen {
  /** Undefined: what nobody had changed yet. `any`: for what is right whatever somebody changed. */
  readonly revision: number | undefined | 'any'
  readonly removes?: boolean
}

/**
 * Takes the next revision of a setting for the change that this transaction makes, and gives it. Throws `outdated` when somebody
 * changed the setting since the revision that the change was made on.
 */
export async function takeRevision(
  deps: Pick<Deps, 'clock'>,
  trx: Trx,
  portalId: number,
  setting: Setting,
  { revision: seen = 0, removes: removed = false }: Seen,
): Promise<number> {
  const revision = await advanceRevision(trx, portalId, setting, { seen, removed, changedAt: deps.clock() })
  if (revision !== undefined) return revision
  const current = await findRevision(trx, portalId, setting)
  const { timeZone } = await getConnectionFacts(trx, portalId)
  const when = current ? ` at ${describeMoment(current.changedAt, timeZone)}` : ''
  throw new AppError('outdated', `Somebody changed this${when}: look at the new values, then decide again.`)
}
