import { inPortal } from '#db/in-portal.ts'
import type { OpensTable } from '#db/tables.ts'
import type { Deps } from '#deps'
import { isTooSoon } from './is-automatic.ts'
import { findTrackedMail, insertOpen } from './repository.ts'

/**
 * Remembers that the picture of a mail was loaded, and by what kind of program; of the program nothing else is kept. Does nothing
 * for a token that is not ours. What it counts is never more than a hint: nothing in a sequence may depend on it.
 */
export async function loadPicture(
  deps: Pick<Deps, 'db' | 'clock' | 'vault'>,
  { token, userAgent }: { readonly token: string; readonly userAgent: string },
): Promise<void> {
  const claims = deps.vault.openTrack(token)
  if (claims?.link !== 0) return
  const { portalId, stepRunId } = claims
  await inPortal(deps.db, portalId, async (trx) => {
    const mail = await findTrackedMail(trx, portalId, stepRunId)
    if (!mail?.tracksOpens || !mail.connected) return
    const { deliveryId, enrollmentId, handedOverAt } = mail
    const firstAt = deps.clock()
    const loadedBy = isTooSoon(firstAt, handedOverAt) ? ('automatic' as const) : loaderOf(userAgent)
    await insertOpen(trx, portalId, { deliveryId, enrollmentId, loadedBy, firstAt })
  })
}

/**
 * Apple Mail's privacy protection loads every picture, read or not, and names itself "Mozilla/5.0" and nothing more; Gmail's proxy
 * hides who asks. Others load what their reader sees. Pure.
 */
export function loaderOf(userAgent: string): OpensTable['loadedBy'] {
  if (/GoogleImageProxy/i.test(userAgent)) return 'gmail_proxy'
  return userAgent.trim() === 'Mozilla/5.0' ? 'apple_proxy' : 'mail_program'
}
