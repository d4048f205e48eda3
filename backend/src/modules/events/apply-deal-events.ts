import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { HubSpotDeal } from '#hubspot/deals.ts'
import { recordConversion } from '#modules/conversions/record-conversion.ts'
import type { DealFacts } from '#modules/decisions/deal-facts.ts'
import { decideJoinedContacts } from '#modules/decisions/decide-joined-contacts.ts'
import { decideStageEntry } from '#modules/decisions/decide-stage-entry.ts'
import { findStageEntry, listStageEntries } from '#modules/decisions/find-stage-entry.ts'
import { reconsiderEntries } from '#modules/decisions/reconsider-entries.ts'
import { endEnrollments } from '#modules/enrollments/end-enrollments.ts'
import { listOpenEnrollments, type OpenEnrollment } from '#modules/enrollments/list-open-enrollments.ts'
import { mergeDeals } from '#modules/merges/merge-deals.ts'
import { readEvent, readSource, type Topic } from './read-event.ts'
import { reasonToStop } from './reason-to-stop.ts'
import type { PendingEvent } from './repository.ts'

/** What one deal's events need besides the deal itself. */
export interface DealTurn {
  readonly facts: DealFacts
  /** Its active and paused enrollments as the turn began. */
  readonly open: readonly OpenEnrollment[]
}

type ApplyDeps = Pick<Deps, 'clock' | 'ids' | 'metrics' | 'settings'>

/**
 * Applies one deal's events, oldest first, to what HubSpot says now: first merges and what ends enrollments, then what may start
 * some, so that a deal that left a stage and entered the next is never in both. Without an event, what waits is decided.
 */
export async function applyDealEvents(
  deps: ApplyDeps,
  trx: Trx,
  portal: PortalContext,
  turn: DealTurn,
  events: readonly PendingEvent[],
): Promise<void> {
  const { facts } = turn
  const topics = events.map((event) => ({ event, topic: readEvent(event.payload) }))
  let { open } = turn
  for (const { topic } of topics) {
    if (topic.kind !== 'deal_merged') continue
    const { into, merged } = topic
    await mergeDeals(deps, trx, portal, { into, merged, deal: into === facts.dealId ? facts.deal : undefined })
    open = await listOpenEnrollments(trx, portal.portalId, { dealIds: [facts.dealId] })
  }
  await endWhatNoLongerHolds(deps, trx, portal, { facts, open })
  if (facts.deal && isWon(facts)) await recordConversion(deps, trx, portal, facts.deal)
  const joined = topics.flatMap(({ event, topic }) =>
    topic.kind === 'contact_added' ? [{ eventId: event.id, contactId: topic.contactId, at: event.occurredAt }] : [],
  )
  const joinedBy = joined.at(-1)
  await reconsiderEntries(deps, trx, portal, facts, joinedBy)
  const history = facts.deal?.stageHistory ?? []
  for (const { event, topic } of topics) {
    const stageId = entryStage(topic)
    if (stageId !== undefined) {
      const entry = findStageEntry(history, { stageId, occurredAt: event.occurredAt })
      await decideStageEntry(deps, trx, portal, facts, entry, {
        id: event.id,
        source: readSource(event.payload),
        rerun: event.rerunAt !== null,
      })
    }
  }
  if (joinedBy !== undefined) {
    const current = listStageEntries(history)[0]
    await decideJoinedContacts(deps, trx, portal, facts, current, { eventId: joinedBy.eventId, contacts: joined })
  }
}

/** The stage an event says was entered: a name, null for a creation (which names none), undefined for other events. */
function entryStage(topic: Topic): string | null | undefined {
  if (topic.kind === 'stage_changed') return topic.stageId
  return topic.kind === 'deal_created' ? null : undefined
}

/**
 * HubSpot calculates "closed" and "won" a moment after the stage changed: until then the stage's own word counts. A deal that went
 * from won to lost was not won once more.
 */
function isWon({ deal, turn }: DealFacts): boolean {
  if (!deal) return false
  const stage = turn.stages.find(
    ({ pipelineId, stageId }) => pipelineId === deal.pipelineId && stageId === deal.stageId,
  )
  if (deal.isClosed) return deal.isWon && !(stage?.isClosed && !stage.isWon)
  return stage?.isWon ?? false
}

/** Closed as HubSpot says, or by its stage, as right before a mail. */
function isClosed({ turn }: DealFacts, { pipelineId, stageId, isClosed: told }: HubSpotDeal): boolean {
  return (
    told || turn.stages.some((stage) => stage.isClosed && stage.pipelineId === pipelineId && stage.stageId === stageId)
  )
}

async function endWhatNoLongerHolds(deps: ApplyDeps, trx: Trx, portal: PortalContext, turn: DealTurn): Promise<void> {
  const { deal, contactTypes } = turn.facts
  const held = { deal: deal && { ...deal, isClosed: isClosed(turn.facts, deal) }, contactTypes }
  for (const enrollment of turn.open) {
    const reason = reasonToStop(held, enrollment)
    if (reason) await endEnrollments(deps, trx, portal, [enrollment.id], { status: 'stopped', reason })
  }
}
