import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { HubSpotOAuth } from '#hubspot/oauth.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { stopAllEnrollments } from '#modules/enrollments/stop-all-enrollments.ts'
import { eraseSenderSecrets } from '#modules/senders/erase-sender-secrets.ts'
import { deleteLanes, ignorePendingEvents, lockInstallation, setStatus } from './repository.ts'
import { accessTokenOf, refreshTokenOf } from './sealed-columns.ts'
import { deleteGrant, type SealedGrant } from './tokens-repository.ts'

export type DisconnectDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'vault' | 'log'> & { oauth: HubSpotOAuth }

/** What HubSpot confirmed. Where it did not, an admin can remove the app in HubSpot's connected apps. */
export interface Disconnected {
  readonly uninstalled: boolean
  readonly revoked: boolean
}

/**
 * Ends the connection: tokens and passwords of senders erased, enrollments stopped, waiting events ignored; mappings, sequences,
 * contacts and the history stay. All of that commits before HubSpot is told, so that nothing can start in between and an unreachable HubSpot
 * keeps nobody connected. Telling HubSpot is best effort. Doing it twice does no harm.
 */
export async function disconnect(deps: DisconnectDeps, portal: PortalContext): Promise<Disconnected> {
  const { portalId } = portal
  const grant = await inPortal(deps.db, portalId, async (trx) => {
    const installation = await lockInstallation(trx, portalId)
    const erased = await deleteGrant(trx, portalId)
    await eraseSenderSecrets(deps, trx, portalId)
    if (!installation || installation.status === 'disconnected') return erased
    await deleteLanes(trx, portalId)
    const stopped = await stopAllEnrollments(deps, trx, portal, 'disconnected')
    const ignored = await ignorePendingEvents(trx, portalId, 'HubSpot was disconnected.', deps.clock())
    const reason = `Disconnected by ${describeActor(portal)}. Connect the account again to go on.`
    await setStatus(trx, portalId, 'disconnected', reason, deps.clock())
    await recordActivity(deps, trx, portal, {
      kind: 'installation.disconnected',
      subjectId: String(portalId),
      data: { enrollments: stopped, events: ignored },
    })
    return erased
  })
  if (!grant) return { uninstalled: false, revoked: false }
  return tellHubSpot(deps, portalId, grant)
}

/** Uninstalling needs a living access token; the one we had may be too old, and renewing it is what revoking ends. */
async function tellHubSpot(deps: DisconnectDeps, portalId: number, grant: SealedGrant): Promise<Disconnected> {
  try {
    let refreshToken = await deps.vault.open(grant.refreshToken, refreshTokenOf(portalId))
    let accessToken = await deps.vault.open(grant.accessToken, accessTokenOf(portalId))
    if (grant.expiresAt.since(deps.clock()).total('seconds') < 30) {
      const answer = await deps.oauth.refresh(refreshToken)
      if (answer.kind === 'granted') {
        accessToken = answer.grant.accessToken
        refreshToken = answer.grant.refreshToken ?? refreshToken
      }
    }
    const uninstalled = await deps.oauth.uninstall(accessToken)
    const revoked = await deps.oauth.revoke(refreshToken)
    return { uninstalled, revoked }
  } catch (error) {
    // A token that does not open cannot be revoked either; the portal is disconnected all the same.
    deps.log.warn({ portalId, err: error }, 'hubspot was not told of the disconnect')
    return { uninstalled: false, revoked: false }
  }
}

function describeActor({ actor }: PortalContext): string {
  return actor.kind === 'user' ? (actor.email ?? `user ${actor.userId}`) : 'an operator'
}
