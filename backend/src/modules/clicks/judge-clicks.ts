import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { holdTurn, releaseLane, takeTurn, WHOLE_PORTAL } from '#db/lanes.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { takeEvent } from '#modules/steps/take-event.ts'
import { isAutomatic, JUDGED_AFTER, TOGETHER } from './is-automatic.ts'
import { findOldestOpenClick, type OpenClick, selectOpenClicks, setAutomatic } from './repository.ts'

const KIND = 'clicks'
const CLICKS_PER_TURN = 200

type JudgeDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'leases'>

/**
 * One pass over the next portal with clicks to judge: whether a person or a program followed each link, once and for all. A person's
 * first click on a link gets a line in the activity log, and any of theirs moves an enrollment on that waits for one. Not at the click itself, because a program that follows all links of a
 * mail is known by its second one. `undefined` when no portal after `afterPortal` has any.
 */
export function judgeClicks(
  deps: JudgeDeps,
  afterPortal: number,
  busy: Set<number> = new Set(),
): Promise<Served | undefined> {
  const next = { kind: KIND, afterPortal, now: deps.clock(), busy } as const
  return serveNextPortal(deps.db, next, async (portalId) => {
    const now = deps.clock()
    const lease = deps.ids()
    const leaseUntil = now.add(deps.leases.events)
    const turn = await takeTurn(deps.db, { kind: KIND, portalId, now, limit: 1, leaseUntil, lease })
    if (turn.lanes.length === 0) return 0
    const portal: PortalContext = { portalId, actor: { kind: 'recipient' }, requestId: lease }
    return inPortal(deps.db, portalId, async (trx) => {
      if ((await holdTurn(trx, KIND, turn)).size === 0) return 0
      const judged = await judge(deps, trx, portal, now.subtract(JUDGED_AFTER))
      const oldest = await findOldestOpenClick(trx, portalId)
      await releaseLane(trx, KIND, portalId, WHOLE_PORTAL, oldest ? { dueAt: oldest.add(JUDGED_AFTER) } : null)
      return judged
    })
  })
}

async function judge(deps: JudgeDeps, trx: Trx, portal: PortalContext, until: Temporal.Instant): Promise<number> {
  const { portalId } = portal
  const togetherMs = TOGETHER.total('milliseconds')
  const clicks = await selectOpenClicks(trx, portalId, { until, togetherMs, limit: CLICKS_PER_TURN })
  const [programs, people] = [clicks.filter(isAutomatic), clicks.filter((click) => !isAutomatic(click))]
  await setAutomatic(
    trx,
    portalId,
    programs.map(({ id }) => id),
    true,
  )
  await setAutomatic(
    trx,
    portalId,
    people.map(({ id }) => id),
    false,
  )
  const told = new Set<string>()
  for (const click of people) {
    const link = `${click.deliveryId} ${click.link}`
    if (!click.known && !told.has(link)) await tell(deps, trx, portal, click)
    told.add(link)
    await takeEvent(deps, trx, portal, click.enrollmentId, 'click')
  }
  return clicks.length
}

function tell(deps: JudgeDeps, trx: Trx, portal: PortalContext, click: OpenClick): Promise<void> {
  const { dealId, contactId, enrollmentId, sequenceName: sequence, link } = click
  const data = { sequence, step: click.position + 1, link }
  return recordActivity(deps, trx, portal, { kind: 'contact.clicked', dealId, contactId, enrollmentId, data })
}
