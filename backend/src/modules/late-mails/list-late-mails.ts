import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { LateMails } from '#shared/contract/limits.ts'
import { askAboutLateMails } from './ask-about-late-mails.ts'
import { countLateMails, selectLateMails } from './repository.ts'

const SHOWN = 100

/** What is too late to go on its own: how many, and the oldest of them. */
export function listLateMails(deps: Pick<Deps, 'db'>, portal: PortalContext): Promise<LateMails> {
  const { portalId } = portal
  return inPortal(deps.db, portalId, async (trx) => {
    const count = await countLateMails(trx, portalId)
    const rows = count === 0 ? [] : await selectLateMails(trx, portalId, SHOWN)
    const mails = rows.map(({ position, plannedFor, ...row }) => ({
      ...row,
      step: position + 1,
      plannedFor: plannedFor.toString(),
    }))
    return { count, question: askAboutLateMails(count), mails }
  })
}
