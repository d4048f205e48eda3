import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { type DealFacts, decideJoinedContacts, decideStageEntry } from '#modules/decisions/decide-stage-entry.ts'
import { findStageEntry, listStageEntries } from '#modules/decisions/find-stage-entry.ts'
import { endEnrollment } from '#modules/enrollments/end-enrollment.ts'
import { listOpenEnrollments, type OpenEnrollment } from '#modules/enrollments/list-open-enrollments.ts'
import type { StopReason } from '#shared/vocabulary.ts'
import { readEvent, type Topic } from './read-event.ts'
import type { PendingEvent } from './repository.ts'

/** What one deal's events need besides the deal itself. */
export interface DealTurn {
  readonly facts: DealFacts
  /** The contacts were read, so "not among them" means "no longer on the deal". */
  readonly contactsKnown: boolean
  /** Its active and paused enrollments as the turn began. */
  readonly open: readonly OpenEnrollment[]
}

type ApplyDeps = Pick<Deps, 'clock' | 'ids' | 'metrics'>

/**
 * Applies one deal's events, oldest first, to what HubSpot says now: first what ends enrollments, then what may start some,
 * so that a deal that left a stage and entered the next is never in both.
 */
export async function applyDealEvents(
  deps: ApplyDeps,
  trx: Trx,
  portal: PortalContext,
  turn: DealTurn,
  events: readonly PendingEvent[],
): Promise<void> {
  const { facts } = turn
  await endWhatNoLongerHolds(deps, trx, portal, turn)
  const history = facts.deal?.stageHistory ?? []
  const joined: string[] = []
  let joinedBy: number | undefined
  for (const event of events) {
    const topic = readEvent(event.payload)
    const stageId = entryStage(topic)
    if (stageId !== undefined) {
      const entry = findStageEntry(history, { stageId, occurredAt: event.occurredAt })
      await decideStageEntry(deps, trx, portal, facts, entry, event.id)
    }
    if (topic.kind === 'deal_merged') await endMergedDeals(deps, trx, portal, topic.merged)
    if (topic.kind === 'contact_added') {
      joined.push(topic.contactId)
      joinedBy = event.id
    }
  }
  if (joinedBy !== undefined) {
    const current = listStageEntries(history)[0]
    await decideJoinedContacts(deps, trx, portal, facts, current, { eventId: joinedBy, contactIds: joined })
  }
}

/** The deals that went into another one: their runs stop, those of the deal that stayed go on. */
async function endMergedDeals(
  deps: ApplyDeps,
  trx: Trx,
  portal: PortalContext,
  dealIds: readonly string[],
): Promise<void> {
  for (const enrollment of await listOpenEnrollments(trx, portal.portalId, { dealIds })) {
    await endEnrollment(deps, trx, portal, enrollment.id, { status: 'stopped', reason: 'deal_deleted' })
  }
}

/** The stage an event says was entered: a name, null for a creation (which names none), undefined for other events. */
function entryStage(topic: Topic): string | null | undefined {
  if (topic.kind === 'stage_changed') return topic.stageId
  return topic.kind === 'deal_created' ? null : undefined
}

async function endWhatNoLongerHolds(deps: ApplyDeps, trx: Trx, portal: PortalContext, turn: DealTurn): Promise<void> {
  for (const enrollment of turn.open) {
    const reason = reasonToStop(turn, enrollment)
    if (reason) await endEnrollment(deps, trx, portal, enrollment.id, { status: 'stopped', reason })
  }
}

function reasonToStop(
  { facts, contactsKnown }: DealTurn,
  enrollment: { stageId: string | null; pipelineId: string | null; contactId: string },
): StopReason | undefined {
  if (!facts.deal) return 'deal_deleted'
  if (
    enrollment.stageId !== null &&
    (enrollment.stageId !== facts.deal.stageId || enrollment.pipelineId !== facts.deal.pipelineId)
  ) {
    return 'stage_left'
  }
  if (contactsKnown && !facts.contactIds.includes(enrollment.contactId)) return 'contact_removed'
  return undefined
}
