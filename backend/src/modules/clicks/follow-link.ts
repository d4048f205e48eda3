import { inPortal } from '#db/in-portal.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { webAddress } from '#mail/track-links.ts'
import { JUDGED_AFTER } from './is-automatic.ts'
import { findTrackedMail, insertClick } from './repository.ts'

export interface FollowedLink {
  readonly token: string
  /** False for a request that only looks, as HEAD does: it leads on and counts for nothing. */
  readonly counts: boolean
  /** The browser itself says that no person asked for it. */
  readonly prefetch: boolean
}

/**
 * Where a link of a mail leads, and remembers that it was followed. The address comes from the mail as it was frozen, never from
 * the token; what is remembered is the moment alone. Undefined for a token that is not ours, and when the mail is gone or erased;
 * it never says which.
 */
export async function followLink(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'vault'>,
  { token, counts, prefetch }: FollowedLink,
): Promise<string | undefined> {
  const claims = deps.vault.openTrack(token)
  if (!claims || claims.link === 0) return undefined
  const { portalId, stepRunId, link } = claims
  return inPortal(deps.db, portalId, async (trx) => {
    const mail = await findTrackedMail(trx, portalId, stepRunId)
    const target = webAddress(mail?.links?.[link - 1] ?? '')
    if (!mail || target === undefined || !counts || !mail.connected) return target
    const clickedAt = deps.clock()
    const { deliveryId, enrollmentId } = mail
    const click = { id: deps.ids(), deliveryId, enrollmentId, link, clickedAt, automatic: prefetch ? true : null }
    const isNew = await insertClick(trx, portalId, click)
    if (isNew && !prefetch) await wakeLane(trx, portalId, 'clicks', WHOLE_PORTAL, clickedAt.add(JUDGED_AFTER))
    return target
  })
}
