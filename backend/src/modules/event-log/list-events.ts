import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { EventPage, EventQuery } from '#shared/contract/event.ts'
import { eventNumber } from './event-number.ts'
import { listDecisionsByEvent } from './list-decisions.ts'
import { listEventRecords, listStageLabels } from './repository.ts'
import { summarizeEvent } from './summarize-event.ts'

const PAGE = 50
/** A page's decisions at most: HubSpot's fetch takes 1 MB, and a deal may have hundreds of contacts. */
const DECISIONS = 500

/** One page of what HubSpot told us, newest first, each with what it led to. `next` is the `before` of the next page. */
export async function listEvents(deps: Pick<Deps, 'db'>, portal: PortalContext, query: EventQuery): Promise<EventPage> {
  const { portalId } = portal
  const before = query.before === undefined ? undefined : eventNumber(query.before)
  return inPortal(deps.db, portalId, async (trx) => {
    const found = await listEventRecords(trx, portalId, { status: query.status, before, limit: PAGE + 1 })
    const events = found.slice(0, PAGE)
    const ids = events.map((event) => event.id)
    const decisions = await listDecisionsByEvent(trx, portalId, ids, DECISIONS)
    const labels = await listStageLabels(trx, portalId, events.flatMap(stageOf))
    const last = events.at(-1)
    return {
      events: events.map((event) => ({
        eventId: String(event.id),
        receivedAt: event.receivedAt.toString(),
        occurredAt: event.occurredAt.toString(),
        type: event.subscriptionType,
        summary: summarizeEvent(event, labels),
        dealId: event.dealId,
        status: event.status,
        attempts: event.attempts,
        reason: event.reason,
        tooOld: event.tooOld,
        decisions: decisions.get(event.id) ?? [],
      })),
      next: found.length > PAGE && last ? String(last.id) : null,
    }
  })
}

function stageOf({ payload }: { payload: Record<string, unknown> }): string[] {
  const { propertyName, propertyValue } = payload
  return propertyName === 'dealstage' && typeof propertyValue === 'string' ? [propertyValue] : []
}
