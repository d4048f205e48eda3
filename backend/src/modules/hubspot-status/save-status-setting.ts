import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import type { HubSpotStatus, SaveHubSpotStatus } from '#shared/contract/hubspot-status.ts'
import { readStatusSetting } from './get-status-setting.ts'
import { describeMissingScopes, missingScopes } from './missing-scopes.ts'
import { dropQueue, findStatusState, queueAllRecords, upsertSetting } from './repository.ts'

/**
 * Switches the writing of our properties on or off. On: every record that was ever enrolled is queued. Off: nothing is written
 * any more, and the properties keep what they say. Throws `conflict` without the permissions it needs.
 */
export function saveStatusSetting(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'settings'>,
  portal: PortalContext,
  input: SaveHubSpotStatus,
): Promise<HubSpotStatus> {
  const { idempotencyKey: key, enabled } = input
  return once(deps, portal, { key, operation: 'status.switch', input }, async (trx) => {
    const { portalId, actor } = portal
    const state = await findStatusState(trx, portalId)
    if (!state) throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
    if (enabled && missingScopes(state.scopes).length > 0) throw new AppError('conflict', describeMissingScopes())
    const now = deps.clock()
    const changedBy = actor.kind === 'user' ? (actor.email ?? `user ${actor.userId}`) : null
    await upsertSetting(trx, portalId, { enabled, changedAt: now, changedBy })
    if (!enabled) await dropQueue(trx, portalId)
    else if ((await queueAllRecords(trx, portalId, now)) > 0) {
      await wakeLane(trx, portalId, 'status', WHOLE_PORTAL, now)
    }
    await recordActivity(deps, trx, portal, { kind: 'status.switched', data: { active: enabled } })
    return readStatusSetting(deps, trx, portalId)
  })
}
