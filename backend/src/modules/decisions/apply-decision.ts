import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { joinApproval } from '#modules/approvals/join-approval.ts'
import { dealLane } from '#modules/events/lane-key.ts'
import { sourceKey } from './count-bulk-entries.ts'
import type { DealFacts } from './deal-facts.ts'
import { enrollMembers } from './enroll-members.ts'
import type { Judged } from './judge-entry.ts'
import { recordDecision } from './record-decision.ts'
import { type EntryState, type KnownEntry, markTooOld, setEntryState } from './repository.ts'

export interface DecidedEntry {
  readonly deal: DealFacts
  readonly entry: KnownEntry
  /** The event whose story the decision belongs to. */
  readonly eventId: number | null
}

/**
 * Carries a decision about an entry out: enrolls, or lets it wait for its time, for a contact or for an admin. What was
 * decided is kept with its trace; an entry that goes on waiting for the same leaves no second line.
 */
export async function applyDecision(
  deps: Pick<Deps, 'clock' | 'ids' | 'metrics'>,
  trx: Trx,
  portal: PortalContext,
  decided: DecidedEntry,
  judged: Judged,
): Promise<void> {
  const { portalId } = portal
  const { entry, eventId, deal } = decided
  const { decision, mapping } = judged
  const state = await stateOf(deps, trx, portalId, entry, judged)
  if (state.status !== entry.status || state.waitUntil !== null) await setEntryState(trx, portalId, entry.id, state)
  if (decision.reason === 'too_old') await markTooOld(trx, portalId, entry.id)
  if (state.waitUntil !== null) await wakeLane(trx, portalId, 'events', dealLane(deal.dealId), state.waitUntil)
  if (decision.contacts.length > 0) return enrollMembers(deps, trx, portal, decided, judged)
  if (state.status !== 'decided' && state.status === entry.status) return
  const sequenceId = mapping && judged.sequences.has(mapping.sequenceId) ? mapping.sequenceId : null
  const subject = { dealId: deal.dealId, eventId, entryId: entry.id, contactId: null, sequenceId }
  await recordDecision(deps, trx, portalId, subject, decision)
}

async function stateOf(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portalId: number,
  entry: KnownEntry,
  { decision, mapping }: Judged,
): Promise<EntryState> {
  switch (decision.outcome) {
    case 'parked':
      return decision.until === null
        ? { status: 'parked', waitUntil: null }
        : { status: 'waiting', waitUntil: decision.until }
    case 'awaiting_approval': {
      if (entry.status === 'awaiting_approval') return { status: 'awaiting_approval', waitUntil: null }
      const pipelineId = mapping?.pipelineId ?? entry.pipelineId
      const change = { pipelineId, stageId: entry.stageId, source: sourceKey(entry) }
      const approvalId = await joinApproval(deps, trx, portalId, change)
      return { status: 'awaiting_approval', waitUntil: null, approvalId }
    }
    default:
      return { status: 'decided', waitUntil: null }
  }
}
