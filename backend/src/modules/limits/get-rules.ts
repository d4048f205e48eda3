import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { readRevision } from '#modules/revisions/read-revision.ts'
import type { SavedSendingRules, SendingRules } from '#shared/contract/limits.ts'
import { NO_RULES } from './rules.ts'
import { findRules } from './rules-repository.ts'

/** The portal's limits, and for how long a mail makes sense. */
export function getRules(deps: Pick<Deps, 'db'>, { portalId }: PortalContext): Promise<SavedSendingRules> {
  return inPortal(deps.db, portalId, async (trx) => {
    // Before the rules, so that it is never newer than they are.
    const revision = await readRevision(trx, portalId, { kind: 'rules' })
    return { ...(await readRules(trx, portalId)), revision }
  })
}

/** The rules alone, inside another verb's transaction. */
export async function readRules(trx: Trx, portalId: number): Promise<SendingRules> {
  return (await findRules(trx, portalId)) ?? NO_RULES
}
