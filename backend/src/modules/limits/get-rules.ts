import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { SendingRules } from '#shared/contract/limits.ts'
import { NO_RULES } from './rules.ts'
import { findRules } from './rules-repository.ts'

/** The portal's limits, and for how long a mail makes sense. */
export function getRules(deps: Pick<Deps, 'db'>, portal: PortalContext): Promise<SendingRules> {
  return inPortal(deps.db, portal.portalId, (trx) => readRules(trx, portal.portalId))
}

/** The same inside another verb's transaction. */
export async function readRules(trx: Trx, portalId: number): Promise<SendingRules> {
  return (await findRules(trx, portalId)) ?? NO_RULES
}
