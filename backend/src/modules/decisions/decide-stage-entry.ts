import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { applyDecision } from './apply-decision.ts'
import type { DealFacts } from './deal-facts.ts'
import type { ChangeSource } from './enrollment-facts.ts'
import type { StageEntry } from './find-stage-entry.ts'
import { judgeEntry } from './judge-entry.ts'
import { placeContacts } from './place-contacts.ts'
import { recordDecision } from './record-decision.ts'
import { insertStageEntry, reopenTooOld } from './repository.ts'

/** The event that told of an entry. */
export interface EntryEvent {
  readonly id: number
  readonly source: ChangeSource
  /** A person had it processed again: it counts at any age. */
  readonly rerun: boolean
}

/**
 * Decides an entry that an event told of, once: whoever inserts the entry decides it, a second teller does nothing. One that was
 * too old is decided once more when a person runs its event again.
 */
export async function decideStageEntry(
  deps: Pick<Deps, 'clock' | 'ids' | 'metrics' | 'settings'>,
  trx: Trx,
  portal: PortalContext,
  deal: DealFacts,
  entry: StageEntry | undefined,
  event: EntryEvent,
): Promise<void> {
  const { portalId } = portal
  const ageFrom = event.rerun ? null : (entry?.enteredAt ?? null)
  const subject = { entry, source: event.source, answer: 'none', ageFrom } as const
  if (!entry || !deal.deal) {
    const { decision } = await judgeEntry(deps, trx, portalId, deal, subject)
    const of = { dealId: deal.dealId, eventId: event.id, entryId: null, contactId: null, sequenceId: null }
    return recordDecision(deps, trx, portalId, of, decision)
  }
  const told = {
    id: deps.ids(),
    dealId: deal.dealId,
    // History knows stages, not pipelines: for a stage that was left, today's pipeline may be another one.
    pipelineId: deal.deal.pipelineId ?? '',
    stageId: entry.stageId,
    enteredAt: entry.enteredAt,
    eventId: event.id,
    status: 'decided' as const,
    ...event.source,
  }
  const first = await insertStageEntry(trx, { portalId, ...told, createdAt: deps.clock() })
  const again = !first && event.rerun ? await reopenTooOld(trx, portalId, told) : undefined
  if (!first && !again) return
  const known = again ? { ...told, id: again } : told
  if (first) {
    await recordActivity(deps, trx, portal, {
      kind: 'deal.entered_stage',
      dealId: deal.dealId,
      subjectId: entry.stageId,
      data: { pipelineId: known.pipelineId, stageId: entry.stageId, from: entry.from },
    })
    await placeContacts(deps, trx, portal, deal, { stageId: entry.stageId, source: event.source })
  }
  const judged = await judgeEntry(deps, trx, portalId, deal, subject)
  await applyDecision(deps, trx, portal, { deal, entry: known, eventId: event.id }, judged)
}
