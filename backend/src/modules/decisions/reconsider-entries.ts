import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { applyDecision } from './apply-decision.ts'
import type { DealFacts } from './deal-facts.ts'
import { findStageEntry } from './find-stage-entry.ts'
import { judgeEntry } from './judge-entry.ts'
import { type AnsweredEntry, lockOpenEntries } from './repository.ts'
import { sourceOf } from './source-of.ts'

/**
 * Decides again, from what HubSpot says now, what waits for this deal: for its time in the stage, for a contact, or for an
 * admin. Most often it goes on waiting; when the deal has left meanwhile it is over. `joined` is what happened just now, if it may
 * be why a contact is there.
 */
export async function reconsiderEntries(
  deps: Pick<Deps, 'clock' | 'ids' | 'metrics' | 'settings'>,
  trx: Trx,
  portal: PortalContext,
  deal: DealFacts,
  joined: { readonly eventId: number; readonly at: Temporal.Instant } | undefined,
): Promise<void> {
  for (const open of await lockOpenEntries(trx, portal.portalId, deal.dealId)) {
    const history = deal.deal?.stageHistory ?? []
    const entry = findStageEntry(history, { stageId: open.stageId, occurredAt: open.enteredAt })
    const judged = await judgeEntry(deps, trx, portal.portalId, deal, {
      entry,
      source: sourceOf(open),
      answer: open.answer,
      ageFrom: ageFromOf(open, joined?.at),
    })
    const told = open.status === 'parked' ? (joined?.eventId ?? open.eventId) : open.eventId
    await applyDecision(deps, trx, portal, { deal, entry: open, eventId: told }, judged)
  }
}

/** What waits for its time is old when that was long over; what waits for a contact when that came long ago; an admin may take long. */
function ageFromOf(
  { status, enteredAt }: AnsweredEntry,
  joinedAt: Temporal.Instant | undefined,
): Temporal.Instant | null {
  if (status === 'waiting') return enteredAt
  return status === 'parked' ? (joinedAt ?? null) : null
}
