import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { HubSpotDeal } from '#hubspot/deals.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import type { SavedContact } from '#modules/contacts/save-contacts.ts'
import { findMapping } from '#modules/mappings/find-mapping.ts'
import { getPublishedSequence } from '#modules/sequences/get-published-sequence.ts'
import { decideEntry, type Verdict } from './decide-entry.ts'
import { enrollContacts } from './enroll-contacts.ts'
import type { StageEntry } from './find-stage-entry.ts'
import { recordDecision } from './record-decision.ts'
import { findEntry, insertStageEntry, type KnownEntry, listDecidedContacts, markDecided } from './repository.ts'

/** What is needed to decide anything about one deal. */
export interface DealFacts {
  readonly dealId: string
  readonly deal: HubSpotDeal | undefined
  readonly connectedAt: Temporal.Instant
  readonly contactIds: readonly string[]
  readonly contacts: ReadonlyMap<string, SavedContact>
}

type DecisionDeps = Pick<Deps, 'clock' | 'ids' | 'metrics'>

/** A contact that joins within this time of the entry belongs to it; later a rep starts the sequence (decision 0004). */
export const JOIN_WINDOW = Temporal.Duration.from({ minutes: 15 })

/** Decides an entry that an event told of, once: whoever inserts the entry decides it, a second teller does nothing. */
export async function decideStageEntry(
  deps: DecisionDeps,
  trx: Trx,
  portal: PortalContext,
  facts: DealFacts,
  entry: StageEntry | undefined,
  eventId: number,
): Promise<void> {
  const { verdict, sequence } = await judge(trx, portal, facts, entry)
  const subject = { dealId: facts.dealId, eventId, contactId: null, sequenceId: sequence?.id ?? null }
  if (!entry || !facts.deal) return recordDecision(deps, trx, portal.portalId, { ...subject, entryId: null }, verdict)
  const known: KnownEntry = {
    id: deps.ids(),
    dealId: facts.dealId,
    // History knows stages, not pipelines: for a stage that was left, today's pipeline may be another one.
    pipelineId: facts.deal.pipelineId ?? '',
    stageId: entry.stageId,
    enteredAt: entry.enteredAt,
    eventId,
    status: verdict.outcome === 'parked' ? 'parked' : 'decided',
  }
  const first = await insertStageEntry(trx, { portalId: portal.portalId, ...known, createdAt: deps.clock() })
  if (!first) return
  await recordActivity(deps, trx, portal, {
    kind: 'deal.entered_stage',
    dealId: facts.dealId,
    subjectId: entry.stageId,
    data: { pipelineId: known.pipelineId, stageId: entry.stageId, from: entry.from },
  })
  if (verdict.outcome !== 'enrolled' || !sequence) {
    return recordDecision(deps, trx, portal.portalId, { ...subject, entryId: known.id }, verdict)
  }
  await enrollContacts(deps, trx, portal, {
    ...facts,
    eventId,
    entry: known,
    sequence,
    trace: verdict.trace,
  })
}

/**
 * Contacts joined the deal: completes a parked entry of the stage the deal is in, or adds those who join soon after a
 * decided one. Contacts who have a decision for the entry are left alone.
 */
export async function decideJoinedContacts(
  deps: DecisionDeps,
  trx: Trx,
  portal: PortalContext,
  facts: DealFacts,
  current: StageEntry | undefined,
  joined: { eventId: number; contactIds: readonly string[] },
): Promise<void> {
  if (!current || !facts.deal) return
  const known = await findEntry(trx, portal.portalId, {
    dealId: facts.dealId,
    stageId: current.stageId,
    enteredAt: current.enteredAt,
  })
  if (!known) return
  const decided = await listDecidedContacts(trx, portal.portalId, known.id)
  const fresh = (known.status === 'parked' ? facts.contactIds : joined.contactIds).filter(
    (id) => facts.contactIds.includes(id) && !decided.has(id),
  )
  if (fresh.length === 0) return
  const { verdict, sequence } = await judge(trx, portal, facts, current)
  if (verdict.outcome !== 'enrolled' || !sequence) return
  const late =
    known.status === 'decided' && Temporal.Instant.compare(deps.clock(), known.enteredAt.add(JOIN_WINDOW)) > 0
  if (late) return refuseLateJoiners(deps, trx, portal, known, sequence.id, verdict, joined.eventId, fresh)
  if (known.status === 'parked') await markDecided(trx, portal.portalId, known.id)
  await enrollContacts(deps, trx, portal, {
    ...facts,
    contactIds: fresh,
    eventId: joined.eventId,
    entry: known,
    sequence,
    trace: verdict.trace,
  })
}

async function refuseLateJoiners(
  deps: DecisionDeps,
  trx: Trx,
  portal: PortalContext,
  entry: KnownEntry,
  sequenceId: string,
  verdict: Verdict,
  eventId: number,
  contactIds: readonly string[],
): Promise<void> {
  const trace = [
    ...verdict.trace,
    {
      condition: 'The contact joined with the entry',
      expected: `within ${JOIN_WINDOW.minutes} minutes of ${entry.enteredAt.toString({ smallestUnit: 'second' })}`,
      actual: 'joined later',
      passed: false,
    },
  ]
  for (const contactId of contactIds) {
    const subject = { dealId: entry.dealId, eventId, entryId: entry.id, contactId, sequenceId }
    await recordDecision(deps, trx, portal.portalId, subject, { outcome: 'not_enrolled', reason: 'joined_late', trace })
  }
}

async function judge(trx: Trx, portal: PortalContext, facts: DealFacts, entry: StageEntry | undefined) {
  const { deal } = facts
  const mapping =
    deal?.pipelineId && deal.stageId
      ? await findMapping(trx, portal.portalId, deal.pipelineId, deal.stageId)
      : undefined
  const sequence = mapping ? await getPublishedSequence(trx, portal.portalId, mapping.sequenceId) : undefined
  const verdict = decideEntry({
    connectedAt: facts.connectedAt,
    deal: deal ?? null,
    entry,
    mapping,
    sequence,
    contactCount: facts.contactIds.length,
  })
  return { verdict, sequence }
}
