import { countBulkEntries } from '#modules/decisions/count-bulk-entries.ts'
import { decideEnrollment, type EnrollmentDecision } from '#modules/decisions/decide-enrollment.ts'
import type { EnrollmentFacts, MemberFacts } from '#modules/decisions/enrollment-facts.ts'
import { findLeftAt } from '#modules/decisions/find-left-at.ts'
import { listStageEntries, type StageEntry } from '#modules/decisions/find-stage-entry.ts'
import { memberOf } from '#modules/decisions/list-members.ts'
import { sequenceFactsOf } from '#modules/decisions/sequence-facts-of.ts'
import { chooseMapping } from '#modules/mappings/find-stage-mapping.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import type { SimulatedMapping } from './setting.ts'
import {
  RANK,
  type SimulatedContact,
  type SimulatedDeal,
  type SimulatedEnrollment,
  type SimulatedEntry,
  type SimulatedWorld,
} from './simulated-world.ts'
import { end, reachStep } from './walk-steps.ts'

/**
 * Decides an entry with the rules that decide it live (`decideEnrollment`) and carries the decision out: enrolls, or lets it
 * wait. Nobody answers a large change in a simulation.
 */
export function decideSimulatedEntry(world: SimulatedWorld, deal: SimulatedDeal, entry: SimulatedEntry): void {
  const found = listStageEntries(deal.changes).find(
    ({ stageId, enteredAt }) => stageId === entry.stageId && enteredAt.equals(entry.enteredAt),
  )
  const mapping = mappingOf(world, deal, entry.stageId)
  const policy = mapping?.policy ?? DEFAULT_POLICY
  const facts = factsOf(world, deal, { entry, found, mapping, policy })
  const decision = decideEnrollment(policy, facts)
  settle(world, entry, decision)
  if (decision.contacts.length > 0) enroll(world, deal, entry, { decision, facts, mapping })
}

function settle(world: SimulatedWorld, entry: SimulatedEntry, decision: EnrollmentDecision): void {
  entry.reason = decision.reason
  if (decision.outcome === 'awaiting_approval') entry.status = 'awaiting_approval'
  else if (decision.outcome !== 'parked') entry.status = 'decided'
  else if (decision.until === null) entry.status = 'parked'
  else {
    entry.status = 'waiting'
    const at = decision.until.epochMilliseconds
    world.queue.push({ at, rank: RANK.wake, order: world.queued++, what: 'wake', dealId: entry.dealId })
  }
}

interface Judged {
  readonly decision: EnrollmentDecision
  readonly facts: EnrollmentFacts
  readonly mapping: SimulatedMapping | undefined
}

/** As `enrollMembers`. */
function enroll(world: SimulatedWorld, deal: SimulatedDeal, entry: SimulatedEntry, judged: Judged): void {
  const { decision, facts, mapping } = judged
  const { dealId } = deal
  const planned = new Map(
    decision.outcome === 'enrolled' ? decision.enrollments.map((one) => [one.contactId, one]) : [],
  )
  for (const { contactId, reason } of decision.contacts) {
    const one = planned.get(contactId)
    const sequence = one && world.setting.sequences.get(one.sequenceId)
    if (!one || !sequence) {
      world.refusals.push({ dealId, stageId: entry.stageId, contactId, at: world.now, reason })
      continue
    }
    if (one.restarts) restart(world, contactId, sequence.id, facts.dealIds)
    const stops = facts.leftAt === null && sequence.definition.stopWhenStageLeft
    begin(world, {
      order: world.enrollments.length,
      sequence,
      dealId,
      contactId,
      entryAt: entry.enteredAt,
      pipelineId: stops ? (mapping?.pipelineId ?? deal.pipelineId) : null,
      stageId: stops ? entry.stageId : null,
      enrolledAt: world.now,
      startStageId: stageOf(deal),
      startOwnerId: deal.ownerId,
      replyTakenAt: null,
      lastSenderId: null,
      reachedAt: world.now,
      answer: 'none',
      status: 'active',
      stopReason: null,
      endedAt: null,
      position: 0,
      pausedRemaining: null,
      pausedUntil: null,
      run: undefined,
      subjects: [],
    })
  }
}

function restart(world: SimulatedWorld, contactId: string, sequenceId: string, dealIds: readonly string[]): void {
  for (const before of world.byContact.get(contactId) ?? []) {
    if (before.sequence.id === sequenceId && dealIds.includes(before.dealId)) end(world, before, 'restarted')
  }
}

function begin(world: SimulatedWorld, enrollment: SimulatedEnrollment): void {
  world.enrollments.push(enrollment)
  append(world.byContact, enrollment.contactId, enrollment)
  append(world.byDeal, enrollment.dealId, enrollment)
  reachStep(world, enrollment, 0)
}

export function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}

function mappingOf({ setting }: SimulatedWorld, deal: SimulatedDeal, stageId: string): SimulatedMapping | undefined {
  const found = setting.mappings.filter((mapping) => mapping.stageId === stageId)
  return chooseMapping(found, stageId, { pipelineId: deal.pipelineId, stageId: stageOf(deal) })
}

/** HubSpot calls a deal closed by its stage. */
export function isClosed({ setting }: SimulatedWorld, deal: SimulatedDeal): boolean {
  return setting.closedStages.has(`${deal.pipelineId}/${stageOf(deal)}`)
}

export function stageOf(deal: SimulatedDeal): string | null {
  return deal.changes[0]?.stageId ?? null
}

interface Subject {
  readonly entry: SimulatedEntry
  readonly found: StageEntry | undefined
  readonly mapping: SimulatedMapping | undefined
  readonly policy: EnrollmentPolicy
}

function factsOf(world: SimulatedWorld, deal: SimulatedDeal, subject: Subject): EnrollmentFacts {
  const { entry, found, mapping, policy } = subject
  const { setting } = world
  return {
    now: world.now,
    timeZone: setting.portal.timeZone ?? 'UTC',
    connectedAt: world.from,
    // In a simulation everything is heard of at once.
    ageFrom: null,
    deal: deal.deleted ? null : { pipelineId: deal.pipelineId, stageId: stageOf(deal) },
    dealProperties: deal.properties,
    dealIds: [deal.dealId],
    entry: found,
    leftAt: found ? findLeftAt(deal.changes, found) : null,
    source: entry.source,
    appId: setting.appId,
    stages: setting.stages.filter(({ pipelineId }) => pipelineId === (mapping ?? deal).pipelineId),
    mapping,
    sequences: new Map(
      [...setting.sequences].map(([id, one]) => [id, sequenceFactsOf(setting.portalId, deal.dealId, one)]),
    ),
    bulk: { entries: countEntries(world, policy, entry), answer: 'none' },
    contacts: deal.contacts.map(({ contactId, types }) => membersFacts(world, contactId, types)),
  }
}

function membersFacts(
  world: SimulatedWorld,
  contactId: string,
  types: SimulatedDeal['contacts'][number]['types'],
): MemberFacts {
  const contact = world.contacts.get(contactId)
  const known = contact && {
    email: contact.address ?? null,
    invalidEmail: contact.email !== null && contact.address === undefined,
    optedOut: contact.optedOut,
    deleted: false,
  }
  return memberOf(contactId, types, known, {
    suppression: contact && suppressionOf(contact, world.now),
    properties: contact?.properties ?? {},
    enrollments: (world.byContact.get(contactId) ?? []).map(({ dealId, sequence, entryAt, endedAt }) => ({
      dealId,
      sequenceId: sequence.id,
      entryAt,
      endedAt,
    })),
  })
}

/** Why the address is on the do-not-mail list by then. */
export function suppressionOf({ suppressed }: SimulatedContact, now: Temporal.Instant): string | undefined {
  return suppressed && Temporal.Instant.compare(suppressed.since, now) <= 0 ? suppressed.reason : undefined
}

function countEntries(world: SimulatedWorld, policy: EnrollmentPolicy, entry: SimulatedEntry): number {
  if (!policy.bulkLimit) return 1
  const others = (world.entriesOf.get(entry.stageId) ?? []).filter(({ dealId }) => dealId !== entry.dealId)
  const own = sourced(entry)
  return countBulkEntries([...others.map(sourced), own], own, policy.bulkLimit.minutes)
}

function sourced({ enteredAt, source }: SimulatedEntry) {
  return { at: enteredAt, changeSource: source?.changeSource ?? null, sourceId: source?.sourceId ?? null }
}
