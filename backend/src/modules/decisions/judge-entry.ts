import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { listMergedDeals } from '#modules/deals/list-merged-deals.ts'
import { listPastEnrollments, type PastEnrollmentRow } from '#modules/enrollments/list-past-enrollments.ts'
import { findStageMapping, type MappingRecord } from '#modules/mappings/find-stage-mapping.ts'
import { namedProperties } from '#modules/mappings/named-properties.ts'
import { getPublishedSequence, type PublishedSequence } from '#modules/sequences/get-published-sequence.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import { countBulkEntries } from './count-bulk-entries.ts'
import type { DealFacts } from './deal-facts.ts'
import { decideEnrollment, type EnrollmentDecision } from './decide-enrollment.ts'
import type { ChangeSource, EnrollmentFacts } from './enrollment-facts.ts'
import { findLeftAt } from './find-left-at.ts'
import type { StageEntry } from './find-stage-entry.ts'
import { listMembers } from './list-members.ts'
import { sequenceFactsOf } from './sequence-facts-of.ts'

/** What is judged: an entry, who made it, and what an admin said to the large change it is part of. */
export interface JudgedSubject {
  readonly entry: StageEntry | undefined
  /** Null when nobody knows who moved the deal. */
  readonly source: ChangeSource | null
  readonly answer: EnrollmentFacts['bulk']['answer']
  readonly ageFrom: EnrollmentFacts['ageFrom']
}

/** A decision with what is needed to carry it out. */
export interface Judged {
  readonly decision: EnrollmentDecision
  readonly policy: EnrollmentPolicy
  readonly facts: EnrollmentFacts
  readonly mapping: MappingRecord | undefined
  /** Published ones by our id. */
  readonly sequences: ReadonlyMap<string, PublishedSequence>
  /** By HubSpot's contact id. */
  readonly past: ReadonlyMap<string, readonly PastEnrollmentRow[]>
}

/**
 * Decides an entry from the facts as they are in this transaction and were just read from HubSpot. Throws `conflict` with a
 * pause when the rules need what was not read, because they changed meanwhile: then the deals are read again.
 */
export async function judgeEntry(
  deps: Pick<Deps, 'clock' | 'settings'>,
  trx: Trx,
  portalId: number,
  deal: DealFacts,
  subject: JudgedSubject,
): Promise<Judged> {
  const { entry, source, answer, ageFrom } = subject
  const mapping = entry && deal.deal && (await findStageMapping(trx, portalId, entry.stageId, deal.deal))
  const policy = mapping?.policy ?? DEFAULT_POLICY
  // Of a mapping that is switched off nothing was read, and nothing is needed: it enrolls nobody.
  const named = namedProperties(mapping?.active ? policy : DEFAULT_POLICY)
  if (!named.deal.isSubsetOf(deal.turn.asked.deal) || !named.contact.isSubsetOf(deal.turn.asked.contact))
    throw readAgain()
  const sequences = await getSequences(trx, portalId, mapping)
  const ids = [...(deal.contactTypes?.keys() ?? [])].flatMap((id) => deal.contacts.get(id)?.id ?? [])
  const history = await listPastEnrollments(trx, portalId, ids)
  const past = new Map([...deal.contacts.values()].map((row) => [row.contactId, history.get(row.id) ?? []]))
  const facts: EnrollmentFacts = {
    now: deps.clock(),
    timeZone: deal.turn.timeZone,
    connectedAt: deal.turn.connectedAt,
    deal: deal.deal ? { pipelineId: deal.deal.pipelineId, stageId: deal.deal.stageId } : null,
    dealProperties: deal.deal?.properties ?? {},
    dealIds: [deal.dealId, ...(await listMergedDeals(trx, portalId, deal.dealId))],
    entry,
    ageFrom,
    leftAt: entry && deal.deal ? findLeftAt(deal.deal.stageHistory, entry) : null,
    source,
    appId: deps.settings.appId,
    stages: deal.turn.stages.filter(({ pipelineId }) => pipelineId === (mapping ?? deal.deal)?.pipelineId),
    mapping,
    sequences: new Map([...sequences].map(([id, sequence]) => [id, sequenceFactsOf(portalId, deal.dealId, sequence)])),
    bulk: { entries: await countEntries(policy, deal, subject), answer },
    contacts: await listMembers(trx, portalId, deal, past),
  }
  const decision = decideEnrollment(policy, facts)
  const wantsContacts = decision.reason === 'no_contact' || decision.reason === 'no_target_contact'
  if (wantsContacts && deal.contactTypes === undefined) throw readAgain()
  return { decision, policy, facts, mapping, sequences, past }
}

function readAgain(): AppError {
  const message = 'The rules of a mapping changed while its deals were read. Stagecue reads them again by itself.'
  return new AppError('conflict', message, { retryAfterMs: 1_000 })
}

async function getSequences(
  trx: Trx,
  portalId: number,
  mapping: MappingRecord | undefined,
): Promise<Map<string, PublishedSequence>> {
  if (!mapping) return new Map()
  const ids = new Set([mapping.sequenceId, ...mapping.policy.branches.flatMap(({ sequenceId }) => sequenceId ?? [])])
  const sequences = new Map<string, PublishedSequence>()
  // In one order for everybody: each is locked until the transaction ends.
  for (const id of [...ids].sort()) {
    const sequence = await getPublishedSequence(trx, portalId, id)
    if (sequence) sequences.set(id, sequence)
  }
  return sequences
}

async function countEntries(policy: EnrollmentPolicy, deal: DealFacts, { entry, source }: JudgedSubject) {
  if (!policy.bulkLimit || !entry) return 1
  const { minutes } = policy.bulkLimit
  const { changeSource, sourceId } = source ?? { changeSource: null, sourceId: null }
  const own = { at: entry.enteredAt, changeSource, sourceId }
  const around = await deal.turn.changes.around(entry.stageId, entry.enteredAt, minutes)
  const others = around.filter((other) => other.dealId !== deal.dealId)
  return countBulkEntries([...others, own], own, minutes)
}
