import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { refreshPipelines } from './refresh-pipelines.ts'
import { claimReading } from './repository.ts'

/** Pipelines are not read by themselves more often than this, whatever happens in the account. */
const AT_MOST_EVERY = Temporal.Duration.from({ minutes: 1 })

/**
 * Reads the pipelines unless somebody, in whichever process, began to in the last minute; says whether it did. Throws as
 * `refreshPipelines`.
 */
export async function claimRefresh(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'hubspot'>,
  portal: PortalContext,
): Promise<boolean> {
  const now = deps.clock()
  const claim = { now, since: now.subtract(AT_MOST_EVERY) }
  const claimed = await inPortal(deps.db, portal.portalId, (trx) => claimReading(trx, portal.portalId, claim))
  if (claimed) await refreshPipelines(deps, portal)
  return claimed
}
