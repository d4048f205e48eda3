import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { LateMails } from '#shared/contract/limits.ts'
import { askAboutLateMails } from './ask-about-late-mails.ts'
import { CHOICE } from './judge-lateness.ts'
import { selectLateGroups, selectLateMails } from './repository.ts'

const SHOWN = 100

/** What is too late to go on its own: how many, of which sequences and how late, and the oldest of them one by one. */
export function listLateMails(deps: Pick<Deps, 'db' | 'clock'>, portal: PortalContext): Promise<LateMails> {
  const { portalId } = portal
  return inPortal(deps.db, portalId, async (trx) => {
    const { countedAt, groups } = await selectLateGroups(trx, portalId, deps.clock())
    const count = groups.reduce((sum, group) => sum + group.count, 0)
    const rows = count === 0 ? [] : await selectLateMails(trx, portalId, SHOWN)
    const mails = rows.map(({ position, plannedFor, why, ...row }) => ({
      ...row,
      step: position + 1,
      plannedFor: plannedFor.toString(),
      // The buttons of this list are called otherwise.
      why: why.replace(CHOICE, '').trimEnd(),
    }))
    return { count, countedAt: countedAt?.toString() ?? null, groups, question: askAboutLateMails(count), mails }
  })
}
