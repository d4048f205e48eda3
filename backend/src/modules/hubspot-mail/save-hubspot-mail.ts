import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { takeRevision } from '#modules/revisions/take-revision.ts'
import type { HubSpotMail, SaveHubSpotMail } from '#shared/contract/hubspot-mail.ts'
import { readHubSpotMail } from './get-hubspot-mail.ts'
import { listSubscriptions } from './list-subscriptions.ts'
import {
  hasScopes,
  MAIL_RECORD_SCOPES,
  OPT_OUT_SCOPES,
  OPT_OUTS_NOT_PERMITTED,
  RECORDS_NOT_PERMITTED,
} from './mail-scopes.ts'
import { dropPendingOptOuts, queueKnownOptOuts } from './opt-out-repository.ts'
import { dropPendingRecords } from './record-repository.ts'
import { findMailSetting, type MailSettingState, upsertMailSetting } from './repository.ts'

type SaveDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'settings' | 'hubspot'>

/**
 * Saves what HubSpot shall know of opt-outs and mails. Writing opt-outs tells HubSpot also of everybody who unsubscribed before;
 * logging begins with the next mail. Throws `conflict` without the permissions, `outdated` when somebody saved it since,
 * `invalid_input` for a subscription type that the account does not have, and as `HubSpot.call` when a new one cannot be looked up.
 */
export async function saveHubSpotMail(
  deps: SaveDeps,
  portal: PortalContext,
  input: SaveHubSpotMail,
): Promise<HubSpotMail> {
  const name = await nameSubscription(deps, portal, input)
  const { idempotencyKey: key, revision, ...wanted } = input
  return once(deps, portal, { key, operation: 'hubspot_mail.save', input }, async (trx) => {
    const { portalId, actor } = portal
    const state = await findMailSetting(trx, portalId)
    if (!state) throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
    refuseUnpermitted(state, wanted)
    await takeRevision(deps, trx, portalId, { kind: 'hubspot_mail' }, { revision })
    const now = deps.clock()
    await upsertMailSetting(trx, portalId, {
      ...wanted,
      subscriptionName: name ?? null,
      changedAt: now,
      changedBy: actor.kind === 'user' ? (actor.email ?? `user ${actor.userId}`) : null,
    })
    await changeQueues(trx, portalId, wanted, now)
    await recordActivity(deps, trx, portal, { kind: 'hubspot_mail.saved' })
    return readHubSpotMail(deps, trx, portalId)
  })
}

type Wanted = Omit<SaveHubSpotMail, 'revision' | 'idempotencyKey'>

/**
 * The name of the subscription type. HubSpot is asked for one that is new here only, so that the rest can be saved without its
 * answer; outside the transaction.
 */
async function nameSubscription(
  deps: SaveDeps,
  portal: PortalContext,
  { subscriptionId, writeOptOuts }: SaveHubSpotMail,
): Promise<string | undefined> {
  if (writeOptOuts === 'subscription' && subscriptionId === null) {
    throw new AppError('invalid_input', 'Choose the subscription type that people opt out of.', {
      field: 'subscriptionId',
    })
  }
  if (subscriptionId === null) return undefined
  const stored = await inPortal(deps.db, portal.portalId, (trx) => findMailSetting(trx, portal.portalId))
  if (stored?.setting?.subscriptionId === subscriptionId) return stored.setting.subscriptionName ?? undefined
  const { subscriptions } = await listSubscriptions(deps, portal)
  const found = subscriptions.find(({ id }) => id === subscriptionId)
  if (found) return found.name
  throw new AppError('invalid_input', 'HubSpot has no such subscription type. Choose another one.', {
    field: 'subscriptionId',
  })
}

/** What is on already stays as it is: an admin must be able to save the rest while a permission is missing. */
function refuseUnpermitted({ scopes, setting }: MailSettingState, { writeOptOuts, logMails }: Wanted): void {
  const newlyWrites = writeOptOuts !== 'off' && (setting?.writeOptOuts ?? 'off') === 'off'
  if (newlyWrites && !hasScopes(scopes, OPT_OUT_SCOPES)) throw new AppError('conflict', OPT_OUTS_NOT_PERMITTED)
  const newlyLogs = logMails && !setting?.logMails
  if (newlyLogs && !hasScopes(scopes, MAIL_RECORD_SCOPES)) throw new AppError('conflict', RECORDS_NOT_PERMITTED)
}

async function changeQueues(
  trx: Trx,
  portalId: number,
  { writeOptOuts, logMails }: Wanted,
  now: Temporal.Instant,
): Promise<void> {
  if (!logMails) await dropPendingRecords(trx, portalId)
  if (writeOptOuts === 'off') return dropPendingOptOuts(trx, portalId)
  const queued = await queueKnownOptOuts(trx, portalId, now)
  if (queued) await wakeLane(trx, portalId, 'opt_outs', WHOLE_PORTAL, now)
}
