import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { wakeOpenDeals } from '#modules/decisions/wake-open-deals.ts'
import { beginRules } from '#modules/limits/begin-rules.ts'
import { insertAdmin, lockInstallation, upsertConnected, wakeLanes } from './repository.ts'
import { accessTokenOf, refreshTokenOf } from './sealed-columns.ts'
import { upsertGrant } from './tokens-repository.ts'

/** A grant that HubSpot just gave, and whose it is. */
export interface NewInstallation {
  accessToken: string
  refreshToken: string
  expiresInSeconds: number
  scopes: readonly string[]
  accountName: string | null
  uiDomain: string
  timeZone: string | null
}

/** The pipelines are read when a portal connects; by then it shows whether that failed. */
const FIRST_LOOK = Temporal.Duration.from({ minutes: 5 })

/** For the first time, where it stopped, or anew after a disconnect. */
export type Completed = 'connected' | 'resumed' | 'reconnected'

/**
 * Stores a grant and connects the portal. The actor is the person who installed, as HubSpot names them; they become an admin
 * of Stagecue. A portal that was inactive goes on where it stopped: mappings, sequences and waiting work stay, and the moment
 * of connection stays too, because what waits was decided against it. A disconnected portal begins anew, with its mappings.
 */
export async function completeInstall(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'vault'>,
  portal: PortalContext,
  input: NewInstallation,
): Promise<Completed> {
  const { portalId, actor } = portal
  const user = actor.kind === 'user' ? actor : undefined
  const email = user?.email?.trim().toLowerCase() || null
  const grant = {
    accessToken: await deps.vault.seal(input.accessToken, accessTokenOf(portalId)),
    refreshToken: await deps.vault.seal(input.refreshToken, refreshTokenOf(portalId)),
  }
  return inPortal(deps.db, portalId, async (trx) => {
    const now = deps.clock()
    const before = await lockInstallation(trx, portalId)
    const goesOn = before !== undefined && before.status !== 'disconnected'
    await upsertConnected(
      trx,
      {
        portalId,
        accountName: input.accountName,
        uiDomain: input.uiDomain,
        timeZone: input.timeZone,
        scopes: [...input.scopes],
        connectedAt: goesOn ? before.connectedAt : now,
        connectedByUserId: user?.userId ?? null,
        connectedByEmail: email,
      },
      now,
    )
    await upsertGrant(trx, portalId, { ...grant, expiresAt: now.add({ seconds: input.expiresInSeconds }) })
    if (email) await insertAdmin(trx, portalId, email, now)
    await beginRules(deps, trx, portal)
    await wakeLanes(trx, portalId, now)
    await wakeLane(trx, portalId, 'pipelines', WHOLE_PORTAL, now.add(FIRST_LOOK))
    // The disconnect took their lanes: what waited then is over, and somebody must say so.
    if (before && !goesOn) await wakeOpenDeals(trx, portalId, now)
    await recordActivity(deps, trx, portal, {
      kind: before ? 'installation.reconnected' : 'installation.connected',
      subjectId: String(portalId),
      data: { account: input.accountName },
    })
    return before === undefined ? 'connected' : goesOn ? 'resumed' : 'reconnected'
  })
}
