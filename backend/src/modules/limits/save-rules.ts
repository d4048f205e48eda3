import type { PortalContext } from '#core/context.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { takeRevision } from '#modules/revisions/take-revision.ts'
import type { SavedSendingRules, SaveSendingRules } from '#shared/contract/limits.ts'
import { nameOf } from './name-of.ts'
import { upsertRules } from './rules-repository.ts'

/**
 * Saves a portal's limits. They hold from the next mail on; a mail that waits for a limit is looked at again at its moment,
 * also when the limit was taken away. Throws `outdated` when somebody saved others since.
 */
export function saveRules(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  input: SaveSendingRules,
): Promise<SavedSendingRules> {
  const { idempotencyKey, ...made } = input
  const { revision: seen, ...rules } = made
  return once(deps, portal, { key: idempotencyKey, operation: 'rules.save', input: made }, async (trx) => {
    const revision = await takeRevision(deps, trx, portal.portalId, { kind: 'rules' }, { revision: seen })
    await upsertRules(trx, portal.portalId, { rules, updatedAt: deps.clock(), updatedBy: nameOf(portal.actor) })
    await recordActivity(deps, trx, portal, { kind: 'rules.saved' })
    return { ...rules, revision }
  })
}
