import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { nameOf } from './name-of.ts'
import { FIRST_RULES } from './rules.ts'
import { insertRules } from './rules-repository.ts'

/** Gives a portal that connects for the first time its first limits. What it saved before a break stays. */
export async function beginRules(deps: Pick<Deps, 'clock'>, trx: Trx, portal: PortalContext): Promise<void> {
  const { portalId, actor } = portal
  await insertRules(trx, portalId, { rules: FIRST_RULES, updatedAt: deps.clock(), updatedBy: nameOf(actor) })
}
