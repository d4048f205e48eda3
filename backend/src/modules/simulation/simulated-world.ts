import type { StageChange } from '#hubspot/deals.ts'
import { normalizeAddress } from '#mail/address.ts'
import type { ChangeSource } from '#modules/decisions/enrollment-facts.ts'
import type { PublishedSequence } from '#modules/sequences/get-published-sequence.ts'
import type { DecisionReason, EnrollmentStatus, StepKind, StepRunStatus, StopReason } from '#shared/vocabulary.ts'
import { EventQueue, type Queued } from './event-queue.ts'
import type { Happens, History, HistoryContact, HistoryDeal, Trigger } from './history.ts'
import type { Setting } from './setting.ts'

/** The order of what falls on one moment, as the worker's tasks find it: what HubSpot says, answers, waits of deals, returns, mails. */
export const RANK = { deal: 0, answer: 1, wake: 2, return: 3, step: 4 } as const

export type Item = Queued &
  (
    | { readonly what: 'happens'; readonly happens: Happens }
    | { readonly what: 'wake'; readonly dealId: string }
    | { readonly what: 'return'; readonly enrollment: SimulatedEnrollment }
    | { readonly what: 'step'; readonly run: SimulatedRun }
  )

/** An entry into a stage and what was decided about it so far. */
export interface SimulatedEntry {
  readonly dealId: string
  readonly stageId: string
  readonly enteredAt: Temporal.Instant
  readonly source: ChangeSource | null
  status: 'decided' | 'parked' | 'waiting' | 'awaiting_approval'
  /** Of the last decision about the deal as a whole. */
  reason: DecisionReason
}

export interface SimulatedDeal extends Omit<HistoryDeal, 'stages' | 'ownerId'> {
  /** Newest first, as HubSpot gives it. */
  changes: StageChange[]
  deleted: boolean
  trueCloseDate: string | null
  /** As it was last read: nobody tells us when it changes. */
  knownCloseDate: string | null
  ownerId: string | null
  /** As it was last read, like the close date. */
  knownOwnerId: string | null
  readonly entries: SimulatedEntry[]
}

export interface SimulatedContact extends Omit<HistoryContact, 'suppressed'> {
  readonly address: string | undefined
  suppressed: { readonly since: Temporal.Instant; readonly reason: string } | null
}

export interface SimulatedEnrollment {
  /** From 0, in the order in which they began. */
  readonly order: number
  readonly sequence: PublishedSequence
  readonly dealId: string
  readonly contactId: string
  readonly entryAt: Temporal.Instant
  /** The stage whose leaving stops it. */
  readonly pipelineId: string | null
  readonly stageId: string | null
  readonly enrolledAt: Temporal.Instant
  /** Where the deal was and whose when it began. */
  readonly startStageId: string | null
  readonly startOwnerId: string | null
  /** When a wait for a reply last ended by one. */
  replyTakenAt: Temporal.Instant | null
  /** Who wrote its last mail. */
  lastSenderId: string | null
  /** When it reached the step it stands at, or was paused or resumed there. */
  reachedAt: Temporal.Instant
  /** What came back to its mails so far. */
  answer: 'human' | 'automatic' | 'none'
  status: EnrollmentStatus
  stopReason: StopReason | null
  endedAt: Temporal.Instant | null
  position: number
  pausedRemaining: number | null
  pausedUntil: Temporal.Instant | null
  /** Of the step it stands at. */
  run: SimulatedRun | undefined
  /** Of its mails so far; a simulated one has no id. */
  readonly subjects: { readonly messageId: string; readonly subject: string }[]
}

export interface SimulatedRun {
  readonly enrollment: SimulatedEnrollment
  readonly position: number
  readonly stepId: string
  readonly kind: StepKind
  status: StepRunStatus
  dueAt: Temporal.Instant
  /** When a wait for an event is over without it; null for every other step. */
  deadline: Temporal.Instant | null
  why: string
  plannedFor: Temporal.Instant
  waitedUntil: Temporal.Instant | null
}

export interface SimulatedMail {
  readonly enrollment: SimulatedEnrollment
  readonly stepId: string
  readonly position: number
  readonly at: Temporal.Instant
  /** The address it comes from. */
  readonly sender: string
  readonly recipient: string
  readonly subject: string
  readonly why: string
}

export interface SimulatedRefusal {
  readonly dealId: string
  readonly stageId: string
  readonly contactId: string
  readonly at: Temporal.Instant
  readonly reason: DecisionReason
}

/** A mail that a limit made wait, or a step that would wait for a person. */
export interface SimulatedDelay {
  readonly run: SimulatedRun
  readonly at: Temporal.Instant
  readonly until: Temporal.Instant | null
  readonly why: string
}

/** Everything that changes while a simulation runs. Nothing outside of it is read or written. */
export interface SimulatedWorld {
  readonly setting: Setting
  readonly from: Temporal.Instant
  now: Temporal.Instant
  readonly queue: EventQueue<Item>
  readonly triggers: readonly Trigger[]
  readonly deals: ReadonlyMap<string, SimulatedDeal>
  readonly contacts: ReadonlyMap<string, SimulatedContact>
  readonly ownerTimeZones: ReadonlyMap<string, string>
  readonly enrollments: SimulatedEnrollment[]
  readonly byContact: Map<string, SimulatedEnrollment[]>
  readonly byDeal: Map<string, SimulatedEnrollment[]>
  /** Entries by stage, for the size of large changes. */
  readonly entriesOf: Map<string, SimulatedEntry[]>
  readonly mails: SimulatedMail[]
  readonly lastMail: Map<string, SimulatedMail>
  readonly refusals: SimulatedRefusal[]
  readonly deferred: SimulatedDelay[]
  readonly held: SimulatedDelay[]
  /** By the key of what a limit counts. */
  readonly usage: Map<string, { readonly at: Temporal.Instant; readonly count: number }[]>
  queued: number
}

/** The world as the history begins, with all that will happen in the queue. The order of the history's lists changes nothing. */
export function openWorld(setting: Setting, history: History, triggers: readonly Trigger[]): SimulatedWorld {
  const world: SimulatedWorld = {
    setting,
    from: history.from,
    now: history.from,
    queue: new EventQueue(),
    triggers,
    deals: new Map([...history.deals].sort(byDealId).map((deal) => [deal.dealId, asItBegins(deal, history.from)])),
    contacts: new Map(
      history.contacts.map((contact) => [
        contact.contactId,
        { ...contact, address: normalizeAddress(contact.email ?? '') },
      ]),
    ),
    ownerTimeZones: history.ownerTimeZones ?? new Map(),
    enrollments: [],
    byContact: new Map(),
    byDeal: new Map(),
    entriesOf: new Map(),
    mails: [],
    lastMail: new Map(),
    refusals: [],
    deferred: [],
    held: [],
    usage: new Map(),
    queued: 0,
  }
  for (const { at, ...happens } of inOrder(history)) enqueue(world, at, happens)
  return world
}

/** Puts something that happens into the queue. */
export function enqueue(world: SimulatedWorld, at: Temporal.Instant, happens: Happens): void {
  const rank = 'dealId' in happens ? RANK.deal : RANK.answer
  world.queue.push({ at: at.epochMilliseconds, rank, order: world.queued++, what: 'happens', happens })
}

function asItBegins({ stages, ...deal }: HistoryDeal, from: Temporal.Instant): SimulatedDeal {
  const before = stages.filter(({ at }) => Temporal.Instant.compare(at, from) < 0)
  return {
    ...deal,
    contacts: [...deal.contacts].sort((one, other) => compareIds(one.contactId, other.contactId)),
    changes: before.map(({ stageId, at }) => ({ stageId, at })).sort((a, b) => Temporal.Instant.compare(b.at, a.at)),
    deleted: false,
    trueCloseDate: deal.closeDate,
    knownCloseDate: deal.closeDate,
    knownOwnerId: deal.ownerId,
    entries: [],
  }
}

type Dated = Happens & { readonly at: Temporal.Instant }

/** By moment; what falls on the same one in an order that depends on nothing but what it is. */
function inOrder({ from, to, deals, happenings }: History): Dated[] {
  const moves = deals.flatMap(({ dealId, stages }) =>
    stages.map(({ at, stageId, source }): Dated => ({ at, kind: 'moved', dealId, stageId, source })),
  )
  return [...moves, ...happenings]
    .filter(({ at }) => Temporal.Instant.compare(at, from) >= 0 && Temporal.Instant.compare(at, to) <= 0)
    .map((dated) => ({ dated, ms: dated.at.epochMilliseconds, text: JSON.stringify(dated) }))
    .sort((one, other) => one.ms - other.ms || (one.text < other.text ? -1 : Number(one.text > other.text)))
    .map(({ dated }) => dated)
}

function byDealId(one: HistoryDeal, other: HistoryDeal): number {
  return compareIds(one.dealId, other.dealId)
}

/** Ids of HubSpot are numbers: the older record first. */
export function compareIds(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : Number(one > other))
}
